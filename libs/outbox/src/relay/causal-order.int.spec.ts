import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readEnvelope, type Message, type SqlTransaction } from '@waybill/messaging';
import type { NewMessage } from '../new-message.js';
import { OutboxBench } from '../testing/outbox-bench.js';
import { RecordingPublisher, textOf } from '../testing/recording-publisher.js';
import { Seeded } from '../testing/seeded.js';
import { writerOf, type SteppedWriter } from '../testing/stepped-writer.js';
import type { BrokerLoop } from './broker-loop.js';

const seeds = Number(process.env['OUTBOX_SEEDS'] ?? 1_000);

let bench: OutboxBench;
let publisher: RecordingPublisher;
let loop: BrokerLoop;

beforeAll(async () => {
  bench = await OutboxBench.open();
  await bench.pool.query('CREATE TABLE aggregates (key text PRIMARY KEY, version int NOT NULL)');
  publisher = new RecordingPublisher();
  loop = bench.loop('kafka', publisher, { leaseMs: 600_000, riseEvery: 1 });
});
afterAll(async () => {
  await bench.clear();
  await bench.close();
});

type Add = (messages: readonly NewMessage[], transaction: SqlTransaction) => Promise<void>;

/** Two or three transactions and the relay, in an order that the seed decides; answers what went wrong. */
async function run(seed: number, add: Add): Promise<string[]> {
  const random = new Seeded(seed);
  publisher.messages.length = 0;
  const keys = [`${seed}-a`, `${seed}-b`].slice(0, 1 + random.below(2));
  const writers = ['x', 'y', 'z']
    .slice(0, 2 + random.below(2))
    .map((name) => writerOf(random, name, keys, bench.database, add));
  await interleave(writers, random);
  for (const writer of writers) await writer.outcome();
  await loop.turn();
  return violations(
    publisher.messages,
    writers.flatMap(({ committed }) => committed),
  );
}

async function interleave(writers: readonly SteppedWriter[], random: Seeded): Promise<void> {
  for (;;) {
    await Promise.all(writers.map((writer) => writer.rest()));
    const ready = writers.filter((writer) => writer.ready);
    if (ready.length === 0 && writers.every(({ finished }) => finished)) return;
    if (random.chance(25)) await loop.turn();
    else if (ready.length > 0) await random.oneOf(ready).advance();
  }
}

/** Lost, doubled, out of sequence, or against the order in which the aggregate was locked. */
function violations(published: readonly Message[], committed: readonly string[]): string[] {
  const texts = published.map(textOf);
  const found = [...texts].sort().join() === [...committed].sort().join() ? [] : ['lost or doubled'];
  for (const key of new Set(published.map((message) => message.key))) {
    const ofKey = published.filter((message) => message.key === key);
    if (ofKey.some((message, index) => readEnvelope(message).sequence !== index + 1)) found.push('sequence');
    const versions = ofKey
      .map((message) => textOf(message).split(':')[1]!)
      .filter((version) => version !== '-');
    if (versions.some((version, index) => index > 0 && Number(version) < Number(versions[index - 1])))
      found.push('cause');
  }
  return found;
}

test(`whoever takes its id early and waits for a younger one on its key is sent after it (${seeds} seeds)`, async () => {
  const outbox = bench.outbox();
  for (let seed = 1; seed <= seeds; seed++) {
    const found = await run(seed, (messages, transaction) => outbox.add(messages, transaction));
    if (found.length > 0) throw new Error(`seed ${seed}: ${found.join(', ')}: ${publisher.texts.join(' ')}`);
  }
}, 300_000);

/** The obvious shape: the number is drawn when the message is added, the key is locked afterwards. */
async function numberBeforeLock(messages: readonly NewMessage[], transaction: SqlTransaction): Promise<void> {
  for (const { key, payload } of messages) {
    const [row] = await transaction.query<{ number: string }>(
      `INSERT INTO outbox (broker, partition, address, key, message_id, attributes, headers, body)
       VALUES ('kafka', 0, 'topic', $1, gen_random_uuid(), '{}', '{}', $2) RETURNING number`,
      [key, Buffer.from(String(payload))],
    );
    transaction.beforeCommit(async () => {
      await transaction.execute(
        `WITH drawn AS (
           INSERT INTO outbox_sequences AS s VALUES ('kafka', 'topic', $1, 1)
           ON CONFLICT (broker, address, key) DO UPDATE SET last = s.last + 1 RETURNING last)
         UPDATE outbox SET attributes = jsonb_build_object(
           'id', message_id, 'type', 't', 'source', 's', 'subject', 's', 'dataschema', 'd',
           'time', '2026-01-01T00:00:00Z', 'sequence', (SELECT last FROM drawn)::text)
         WHERE number = $2`,
        [key, row!.number],
      );
    });
  }
}

test('the same seeds catch an outbox that draws the number before it locks the key', async () => {
  let caught = 0;
  for (let seed = 1; seed <= 60; seed++) {
    if ((await run(-seed, numberBeforeLock)).length > 0) caught++;
  }
  expect(caught).toBeGreaterThan(0);
}, 60_000);
