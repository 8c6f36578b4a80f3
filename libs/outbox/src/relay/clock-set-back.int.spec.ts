import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { eventually } from '../testing/eventually.js';
import { RecordingPublisher } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterEach(() => void jest.restoreAllMocks());
afterAll(() => bench.close());

const hourMs = 3_600_000;
const validLeases = async () =>
  (await bench.pool.query('SELECT FROM outbox_leases WHERE lease_until >= now()')).rowCount;

function setClockBack(): void {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - hourMs);
}

test('a relay whose clock is set back notices that its leases have run out, and sends no row over and over', async () => {
  const publisher = new RecordingPublisher();
  const loop = bench.loop('kafka', publisher, { leaseMs: 300 });
  await bench.add([[toKafka, 'k', 'before']]);
  await loop.turn();
  setClockBack();
  await eventually('no lease', async () => (await validLeases()) === 0);
  await bench.add([[toKafka, 'k', 'after']]);
  for (let turn = 0; turn < 3; turn++) await loop.turn();
  expect(publisher.texts).toEqual(['before', 'after']);
  expect(await bench.rows()).toEqual([]);
});

test('a relay whose clock is set back goes on sending', async () => {
  const publisher = new RecordingPublisher();
  const relay = bench.relay({ kafka: publisher });
  relay.start();
  await bench.add([[toKafka, 'k', 'before']]);
  await eventually('sent', async () => (await bench.rows()).length === 0);
  setClockBack();
  await bench.add([[toKafka, 'k', 'after']]);
  await eventually('sent', async () => (await bench.rows()).length === 0);
  expect(publisher.texts).toEqual(['before', 'after']);
});
