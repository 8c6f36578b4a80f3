import { randomUUID } from 'node:crypto';
import type { SqlDatabase } from '@waybill/messaging';
import type { Republished, RepublishOptions } from './republish.js';

const insertRecord = `
  INSERT INTO republications (operation_id, from_time, to_time, broker, actor, reason)
  VALUES ($1::uuid, $2::timestamptz, $3::timestamptz, $4, $5, $6)`;

const endRecord = `
  UPDATE republications SET carried_out_at = now(), messages = $2::jsonb WHERE operation_id = $1::uuid`;

/** Before anything is told again; the operation's id. */
export async function recordBegin(
  { from, to, broker, actor, reason }: RepublishOptions,
  database: SqlDatabase,
): Promise<string> {
  const operationId = randomUUID();
  await database.transaction((transaction) =>
    transaction.execute(insertRecord, [operationId, from, to, broker ?? null, actor, reason]),
  );
  return operationId;
}

export async function recordEnd(
  operationId: string,
  { messages }: Republished,
  database: SqlDatabase,
): Promise<void> {
  await database.transaction((transaction) =>
    transaction.execute(endRecord, [operationId, JSON.stringify(messages)]),
  );
}
