import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { PoolClient } from 'pg';
import type { Contender } from '../contest/contender.ts';
import { effectColumns, insertEffects, type DatabaseWorld } from './database-world.ts';
import { effectOf, hashOf, idOf } from './hand-written-batches.ts';
import { readTopic } from './read-topic.ts';
import { Tally } from './tally.ts';

/** The usual advice: one transaction for every message, its inbox row and its effect in it. kafkajs takes one partition after the other
 * unless it is told otherwise. */
export function handWrittenOneByOne(world: DatabaseWorld, concurrency: number): Contender {
  const name = `one transaction a message, ${concurrency} side by side`;
  return {
    name,
    round: async () => {
      await world.empty();
      const tally = new Tally(world.messages);
      const eachBatch = (payload: EachBatchPayload) => handleBatch(payload, world, tally);
      const measured = await readTopic(world.kafka, { topic: world.topic, tally, concurrency, eachBatch });
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
  for (const message of batch.messages) {
    const client = await pool.connect();
    await handle(message, client).finally(() => client.release());
    tally.add(1);
    resolveOffset(message.offset);
    await commitOffsetsIfNecessary();
    await heartbeat();
  }
}

async function handle(message: KafkaMessage, client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  const values = ['one by one', idOf(message), hashOf(message)];
  const { rowCount } = await client.query({ name: 'claim one', text: insertClaim, values });
  if (rowCount === 1)
    await client.query({
      name: 'effects',
      text: insertEffects,
      values: effectColumns([effectOf(message)]),
    });
  await client.query('COMMIT');
}

const insertClaim = `
  INSERT INTO inbox (subscription, message_id, body_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
