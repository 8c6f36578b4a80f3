import { randomUUID } from 'node:crypto';
import type { Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import type { Declared } from './declared.ts';
import { untilConsumers } from './until-consumers.ts';
import { withDatabase } from './with-database.ts';

/** Change and record in one statement ($1 subscription … $4 reason); neither when it is so already. */
const statements = {
  pause: changing('pause', 'now()', 'paused_at IS NULL'),
  resume: changing('resume', 'NULL', 'paused_at IS NOT NULL'),
};

function changing(kind: string, value: string, otherwise: string): string {
  return `
    WITH changed AS (
      UPDATE subscription_states SET paused_at = ${value}
      WHERE subscription = $1 AND ${otherwise} RETURNING subscription)
    INSERT INTO subscription_operations (operation_id, subscription, kind, actor, reason, carried_out_at)
    SELECT $2::uuid, subscription, '${kind}', $3, $4, now() FROM changed`;
}

/** The exit code: 1 when the broker does not show it in time; the consumers follow as soon as they can all the same. */
export async function setPaused(
  chosen: readonly Declared[],
  addresses: Addresses,
  command: Command,
): Promise<number> {
  const action = command.action as 'pause' | 'resume';
  const results = [];
  for (const subscription of chosen) {
    const operationId = randomUUID();
    const { actor, reason } = command;
    const changed = await withDatabase(
      subscription.database,
      addresses.databases[subscription.database]!,
      async (client) =>
        (await client.query(statements[action], [subscription.name, operationId, actor, reason])).rowCount ===
        1,
    );
    const reached = await untilConsumers(
      action === 'pause' ? 'left' : 'came',
      subscription,
      addresses,
      command,
    );
    results.push({
      subscription: subscription.name,
      action,
      changed,
      reached,
      ...(changed && { operationId }),
    });
  }
  if (command.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else for (const result of results) process.stdout.write(lineOf(result));
  return results.every(({ reached }) => reached) ? 0 : 1;
}

function lineOf({ subscription, action, changed, reached }: Record<string, unknown>): string {
  const done = action === 'pause' ? 'paused' : 'running';
  const before = changed ? '' : ' already';
  const late = action === 'pause' ? 'consumers have not left yet' : 'no consumer has come yet; does it run?';
  return `${String(subscription)}  ${done}${before}${reached ? '' : `; ${late}`}\n`;
}
