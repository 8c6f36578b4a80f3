import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

const pollMs = 600_000;
const ready = (count: number) =>
  eventually(`${count} leases`, async () => {
    const { rows } = await bench.pool.query('SELECT FROM outbox_leases WHERE lease_until >= now()');
    return rows.length === count;
  });

describe('a relay that polls every ten minutes', () => {
  test('is woken by the commit in its own process within milliseconds', async () => {
    const kafka = new RecordingPublisher();
    const relay = bench.relay({ kafka }, { pollMs });
    relay.start();
    await ready(8);
    const outbox = bench.outbox(relay);
    const elapsed: number[] = [];
    for (let n = 0; n < 50; n++) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      await bench.add([[toKafka, 'k', `${n}`]], outbox);
      const committedAt = performance.now();
      await kafka.until(({ messages }) => messages.length === n + 1);
      elapsed.push(kafka.at.at(-1)! - committedAt);
    }
    const p50 = elapsed.sort((a, b) => a - b)[25]!;
    expect(p50).toBeLessThan(20);
  });

  test('is woken by another replica whose process has committed', async () => {
    const [a, b] = [new RecordingPublisher(), new RecordingPublisher()];
    // Each knows of the other before it takes its share, and looks at its leases again only after 20 s.
    const options = { pollMs, leaseMs: 60_000 };
    await bench.pool.query(
      "INSERT INTO outbox_relays SELECT 'kafka', unnest('{a,b}'::text[]), now() + interval '1 minute'",
    );
    const [relayA, relayB] = [
      bench.relay({ kafka: a }, { ...options, owner: 'a' }),
      bench.relay({ kafka: b }, { ...options, owner: 'b' }),
    ];
    for (const relay of [relayA, relayB]) relay.start();
    await ready(8);
    await eventually('both listen', async () => {
      const { rows } = await bench.pool.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'",
      );
      return rows.length === 2;
    });
    const keys = Array.from({ length: 40 }, (_, n) => [toKafka, `key ${n}`, `${n}`] as const);
    await bench.add(keys, bench.outbox(relayA));
    await eventually('all sent', async () => a.texts.length + b.texts.length === 40);
    expect(b.texts.length).toBeGreaterThan(5);
  });
});

test('without any wake-up, polling finds the row', async () => {
  const kafka = new RecordingPublisher();
  bench.relay({ kafka }).start();
  await ready(8);
  await bench.add([[toKafka, 'k', 'a']]);
  await kafka.until(({ texts }) => texts.length === 1);
});

describe('a relay', () => {
  test('that is stopped finishes the round in flight and gives its leases up', async () => {
    const answer = bench.answer();
    const kafka = new RecordingPublisher(() => answer.promise);
    const relay = bench.relay({ kafka });
    relay.start();
    await bench.add([[toKafka, 'k', 'a']]);
    await kafka.until(({ batches }) => batches.length === 1);
    const stopped = relay.stop();
    answer.resolve(confirmed);
    await stopped;
    expect(await bench.rows()).toEqual([]);
    const { rows } = await bench.pool.query('SELECT DISTINCT owner FROM outbox_leases');
    expect(rows).toEqual([{ owner: null }]);
  });

  test('whose connections are cut goes on with new ones', async () => {
    const kafka = new RecordingPublisher();
    const relay = bench.relay({ kafka }, { retryMs: [10, 50] });
    relay.start();
    await ready(8);
    await bench.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'outbox%'",
    );
    await bench.add([[toKafka, 'k', 'a']], bench.outbox(relay));
    await kafka.until(({ texts }) => texts.length === 1);
    expect(bench.eventsOf('infrastructure')).not.toEqual([]);
  });

  test('needs no database to start and none to stop', async () => {
    const relay = bench.relay(
      { kafka: new RecordingPublisher() },
      { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' },
    );
    relay.start();
    await eventually('told', async () => bench.eventsOf('infrastructure').length > 1);
    await relay.stop();
  });
});
