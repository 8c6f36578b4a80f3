import { createHash } from 'node:crypto';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { PoolClient } from 'pg';
import type { Contender } from '../contest/contender.ts';
import { effectColumns, insertEffects, type DatabaseWorld, type Effect } from './database-world.ts';
import { placedOrder } from '../contest/placed-order.ts';
import { readTopic } from './read-topic.ts';
import { Tally } from './tally.ts';

/** What the batch lane takes at most. */
const batchSize = 200;

/**
 * The same effects and the same inbox, as one writes it without a library: one transaction for each 200 messages of a
 * fetch, two prepared statements in it, partitions side by side. It knows no retry, dead letter, waiting key or trace.
 */
export function handWrittenBatches(world: DatabaseWorld): Contender {
  const name = 'hand-written eachBatch';
  return {
    name,
    round: async () => {
      await world.empty();
      const tally = new Tally(world.messages);
      const eachBatch = (payload: EachBatchPayload) => handleBatch(payload, world, tally);
      const measured = await readTopic(world.kafka, { topic: world.topic, tally, concurrency: 6, eachBatch });
      await world.check(name);
      return measured;
    },
  };
}

async function handleBatch(
  { batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }: EachBatchPayload,
  { pool }: DatabaseWorld,
  tally: Tally,
): Promise<void> {
  for (let first = 0; first < batch.messages.length; first += batchSize) {
    const messages = batch.messages.slice(first, first + batchSize);
    const client = await pool.connect();
    await handleTogether(messages, client).finally(() => client.release());
    tally.add(messages.length);
    resolveOffset(messages.at(-1)!.offset);
    await commitOffsetsIfNecessary();
    await heartbeat();
  }
}

/** An error ends the benchmark, so nothing rolls back here. */
async function handleTogether(messages: readonly KafkaMessage[], client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  const fresh = await claimAll(messages, client);
  const effects = messages.map(effectOf).filter(({ id }) => fresh.has(id));
  await client.query({ name: 'effects', text: insertEffects, values: effectColumns(effects) });
  await client.query('COMMIT');
}

async function claimAll(messages: readonly KafkaMessage[], client: PoolClient): Promise<Set<string>> {
  const values = ['hand-written', messages.map(idOf), messages.map(hashOf)];
  const { rows } = await client.query<{ message_id: string }>({ name: 'claim', text: insertClaims, values });
  return new Set(rows.map((row) => row.message_id));
}

const insertClaims = `
  INSERT INTO inbox (subscription, message_id, body_hash)
  SELECT $1, claim.message_id, claim.body_hash
  FROM unnest($2::uuid[], $3::bytea[]) AS claim (message_id, body_hash)
  ORDER BY claim.message_id
  ON CONFLICT DO NOTHING
  RETURNING message_id`;

export const idOf = ({ headers }: KafkaMessage): string => String(headers!['ce_id']);

export const hashOf = ({ value }: KafkaMessage): Buffer => createHash('sha256').update(value!).digest();

export function effectOf(message: KafkaMessage): Effect {
  const { customerId, customerEmail } = placedOrder.decode({ body: message.value! } as never);
  return {
    id: idOf(message),
    key: customerId,
    sequence: Number(String(message.headers!['ce_sequence'])),
    email: customerEmail,
  };
}
