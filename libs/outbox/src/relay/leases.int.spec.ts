import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { deleteConfirmed } from '../statements/delete-confirmed.js';
import { eventually } from '../testing/eventually.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

/** Longer than this process is ever held up, so that no lease runs out but those left to. */
const leaseMs = 1_500;

async function shares(): Promise<Record<string, number>> {
  const { rows } = await bench.pool.query<{ owner: string; shares: number }>(
    'SELECT owner, count(*)::int AS shares FROM outbox_leases WHERE lease_until >= now() GROUP BY owner',
  );
  return Object.fromEntries(rows.map(({ owner, shares }) => [owner, shares]));
}

const sharesAre = (expected: Record<string, number>) =>
  eventually(JSON.stringify(expected), async () => {
    const actual = await shares();
    return Object.keys({ ...actual, ...expected }).every((owner) => actual[owner] === expected[owner]);
  });

describe('shares of the keys', () => {
  test('are evened out between relays, and pass on at once when one stops', async () => {
    const kafka = new RecordingPublisher();
    const [a, b, c] = ['a', 'b', 'c'].map((owner) => bench.relay({ kafka }, { owner, leaseMs }));
    a!.start();
    await sharesAre({ a: 8 });
    b!.start();
    await sharesAre({ a: 4, b: 4 });
    c!.start();
    await eventually('three owners', async () => Object.keys(await shares()).length === 3);
    await c!.stop();
    expect(await shares()).not.toHaveProperty('c');
    await sharesAre({ a: 4, b: 4 });
    await a!.stop();
    await sharesAre({ b: 8 });
  });

  test('change hands under load without loss or disorder', async () => {
    const sent: string[] = [];
    const publishers = { kafka: new RecordingPublisher((text) => (sent.push(text), confirmed)) };
    const a = bench.relay(publishers, { owner: 'a', leaseMs });
    const b = bench.relay(publishers, { owner: 'b', leaseMs });
    a.start();
    for (let n = 0; n < 200; n++) {
      if (n === 50) b.start();
      if (n === 150) await sharesAre({ a: 4, b: 4 }).then(() => a.stop());
      await bench.add(Array.from({ length: 16 }, (_, key) => [toKafka, `k${key}`, `k${key} ${n}`] as const));
    }
    await eventually('no rows', async () => (await bench.rows()).length === 0);
    for (let key = 0; key < 16; key++) {
      const ofKey = sent
        .filter((text) => text.startsWith(`k${key} `))
        .map((text) => Number(text.split(' ')[1]));
      expect(ofKey).toEqual(Array.from({ length: 200 }, (_, n) => n));
    }
  });

  test('of a relay that died are taken over when its lease has run out, with all it had not confirmed', async () => {
    const clock = bench.clock();
    const neverInTime = bench.answer();
    const dying = new RecordingPublisher(() => neverInTime.promise);
    await bench.add([[toKafka, 'k', 'a']]);
    const dyingTurn = bench.loop('kafka', dying, { owner: 'dying', leaseMs, clock }).turn();
    await dying.until(({ batches }) => batches.length === 1);
    clock.pause();
    const kafka = new RecordingPublisher();
    const diedAt = performance.now();
    bench.relay({ kafka }, { owner: 'heir', leaseMs }).start();
    await kafka.until(({ texts }) => texts.length === 1);
    expect(performance.now() - diedAt).toBeLessThan(leaseMs * 2);
    neverInTime.resolve(confirmed);
    clock.resume();
    await dyingTurn;
  });

  test('of a relay that restarts under its own name are its own at once', async () => {
    await bench.loop('kafka', new RecordingPublisher(), { owner: 'same', leaseMs: 60_000 }).turn();
    const kafka = new RecordingPublisher();
    await bench.add([[toKafka, 'k', 'a']]);
    await bench.loop('kafka', kafka, { owner: 'same', leaseMs: 60_000 }).turn();
    expect(kafka.texts).toEqual(['a']);
  });
});

describe('a relay paused past its lease', () => {
  test('changes nothing when it wakes, and the order is kept', async () => {
    const clock = bench.clock();
    const [late, current] = [bench.answer(), bench.answer()];
    const stalePublisher = new RecordingPublisher(() => late.promise);
    const heirPublisher = new RecordingPublisher((text) => (text === 'a' ? current.promise : confirmed));
    const stale = bench.loop('kafka', stalePublisher, { owner: 'stale', leaseMs, clock });
    await bench.add([[toKafka, 'k', 'a']]);
    const staleTurn = stale.turn();
    await stalePublisher.until(({ batches }) => batches.length === 1);
    clock.pause();

    bench.relay({ kafka: heirPublisher }, { owner: 'heir', leaseMs }).start();
    await heirPublisher.until(({ batches }) => batches.length === 1);
    late.resolve(confirmed);
    clock.resume();
    await staleTurn;
    expect(await bench.rows()).toMatchObject([{ text: 'a' }]);

    await bench.add([[toKafka, 'k', 'b']]);
    current.resolve(confirmed);
    await heirPublisher.until(({ texts }) => texts.length === 2);
    expect(heirPublisher.texts).toEqual(['a', 'b']);
  });

  test('has finishing statements that find no row, by token or by time', async () => {
    await bench.add([[toKafka, 'k', 'a']]);
    const { rows } = await bench.pool.query('SELECT partition, number FROM outbox');
    const { partition, number } = rows[0];
    await bench.pool.query(
      `INSERT INTO outbox_leases VALUES ('kafka', $1, 'heir', 7, now() + interval '1 hour')`,
      [partition],
    );
    const deletedWith = async (token: number) =>
      (await bench.pool.query(deleteConfirmed, ['kafka', [partition], [token], [partition], [number]]))
        .rowCount;
    expect(await deletedWith(6)).toBe(0);
    await bench.pool.query("UPDATE outbox_leases SET lease_until = now() - interval '1 ms'");
    expect(await deletedWith(7)).toBe(0);
    await bench.pool.query("UPDATE outbox_leases SET lease_until = now() + interval '1 hour'");
    expect(await deletedWith(7)).toBe(1);
  });

  test('a publish that outlasts the lease keeps it by renewing', async () => {
    const answer = bench.answer();
    const slow = new RecordingPublisher(() => answer.promise);
    const other = new RecordingPublisher();
    await bench.add([[toKafka, 'k', 'a']]);
    const loop = bench.loop('kafka', slow, { owner: 'slow', leaseMs });
    const turn = loop.turn();
    await slow.until(({ batches }) => batches.length === 1);
    const rival = bench.loop('kafka', other, { owner: 'other', leaseMs });
    for (const until = Date.now() + leaseMs * 2; Date.now() < until;) {
      await rival.turn();
      await new Promise((resolve) => setTimeout(resolve, leaseMs / 10));
    }
    answer.resolve(confirmed);
    await turn;
    expect(other.batches).toEqual([]);
    expect(await bench.rows()).toEqual([]);
  });
});
