import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { OutboxBench, toBoth, toKafka, toRabbitmq } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher, unknown } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

const noRows = () => eventually('no rows', async () => (await bench.rows()).length === 0);

describe('sending', () => {
  test('takes committed rows to their brokers and deletes what is confirmed', async () => {
    const [kafka, rabbitmq] = [new RecordingPublisher(), new RecordingPublisher()];
    bench.relay({ kafka, rabbitmq }).start();
    await bench.add([
      [toBoth, 'k', 'a'],
      [toKafka, 'k', 'b'],
      [toRabbitmq, 'j', 'c'],
    ]);
    await noRows();
    expect([kafka.texts, rabbitmq.texts]).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(bench.eventsOf('published')).toContainEqual(expect.objectContaining({ broker: 'kafka' }));
  });

  test('a number that commits late is sent when it appears', async () => {
    const kafka = new RecordingPublisher();
    const loop = bench.loop('kafka', kafka);
    const lateMayCommit = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const late = bench.database.transaction(async (transaction) => {
      await bench.addIn(transaction, [[toKafka, 'k', 'late']]);
      transaction.beforeCommit(async () => (written.resolve(), lateMayCommit.promise));
    });
    await written.promise;
    await bench.add([[toKafka, 'j', 'later number']]);
    await loop.turn();
    lateMayCommit.resolve();
    await late;
    await loop.turn();
    expect(kafka.texts).toEqual(['later number', 'late']);
    expect(await bench.rows()).toEqual([]);
  });

  test('nothing goes before it is due, and nothing waits for it', async () => {
    const kafka = new RecordingPublisher();
    const dueAt = new Date(Date.now() + 3_600_000);
    const notDue = { contract: toKafka, key: 'k', subject: 's', payload: 'due', dueAt };
    await bench.database.transaction((transaction) => bench.outbox().add([notDue], transaction));
    await bench.add([[toKafka, 'k', 'at once']]);
    bench.relay({ kafka }).start();
    await kafka.until(({ texts }) => texts.length > 0);
    expect(kafka.texts).toEqual(['at once']);

    const { rows } = await bench.pool.query<{ due_at: Date }>(
      "UPDATE outbox SET due_at = now() + interval '300 ms' WHERE convert_from(body, 'UTF8') = 'due' RETURNING due_at",
    );
    await kafka.until(({ texts }) => texts.length > 1);
    expect(kafka.texts).toEqual(['at once', 'due']);
    expect(Date.now()).toBeGreaterThanOrEqual(rows[0]!.due_at.getTime());
  });

  test('a key without end does not starve the others', async () => {
    const rabbitmq = new RecordingPublisher();
    await bench.add(Array.from({ length: 1_500 }, (_, n) => [toRabbitmq, 'endless', `e${n}`] as const));
    await bench.add([[toRabbitmq, 'other', 'other']]);
    const loop = bench.loop('rabbitmq', rabbitmq);
    while ((await loop.turn()) === 'full') if (rabbitmq.texts.includes('other')) break;
    expect(rabbitmq.texts).toContain('other');
  });

  test('several thousand rows a second pass through', async () => {
    const kafka = new RecordingPublisher();
    const count = 8_000;
    await bench.add(Array.from({ length: count }, (_, n) => [toKafka, `key ${n % 500}`, `${n}`] as const));
    const startedAt = performance.now();
    bench.relay({ kafka }).start();
    await kafka.until(({ messages }) => messages.length === count);
    const perSecond = Math.round(count / ((performance.now() - startedAt) / 1_000));
    expect(perSecond).toBeGreaterThan(2_000);
    await noRows();
  });
});

describe('while one broker does not answer', () => {
  test('rows of the other go on', async () => {
    const answer = bench.answer();
    const [kafka, rabbitmq] = [new RecordingPublisher(), new RecordingPublisher(() => answer.promise)];
    bench.relay({ kafka, rabbitmq }).start();
    await bench.add([[toBoth, 'k', 'a']]);
    await rabbitmq.until(({ batches }) => batches.length === 1);
    await bench.add([[toBoth, 'k', 'b']]);
    await kafka.until(({ texts }) => texts.length === 2);
    expect(rabbitmq.texts).toEqual([]);
    answer.resolve(confirmed);
    await noRows();
    expect(rabbitmq.texts).toEqual(['a', 'b']);
  });

  test('or answers that it does not know, the row and those behind it are sent again in order', async () => {
    let lost = false;
    const kafka = new RecordingPublisher((text) => {
      if (text !== 'b' || lost) return confirmed;
      lost = true;
      return unknown;
    });
    await bench.add(['a', 'b', 'c'].map((text) => [toKafka, 'k', text] as const));
    bench.relay({ kafka }, { retryMs: [10, 20] }).start();
    await noRows();
    expect(kafka.batches).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(bench.eventsOf('publishFailed')).toMatchObject([{ status: 'unknown', broker: 'kafka' }]);
  });

  test('or breaks its promise and rejects, the rows are sent again', async () => {
    let rejected = false;
    const kafka = new RecordingPublisher(() => {
      if (rejected) return confirmed;
      rejected = true;
      return Promise.reject(new Error('bug in the publisher'));
    });
    await bench.add([[toKafka, 'k', 'a']]);
    bench.relay({ kafka }, { retryMs: [10, 20] }).start();
    await noRows();
    expect(kafka.texts).toEqual(['a']);
  });
});

describe('on RabbitMQ', () => {
  test('a key has at most one unconfirmed message, and keys do not wait for each other', async () => {
    const rabbitmq = new RecordingPublisher();
    await bench.add([
      [toRabbitmq, 'k', 'k1'],
      [toRabbitmq, 'k', 'k2'],
      [toRabbitmq, 'j', 'j1'],
      [toRabbitmq, 'k', 'k3'],
      [toRabbitmq, '', 'x1'],
      [toRabbitmq, '', 'x2'],
    ]);
    bench.relay({ rabbitmq }).start();
    await noRows();
    expect(rabbitmq.batches).toEqual([['k1', 'j1', 'x1', 'x2'], ['k2'], ['k3']]);
  });

  test('the next one does not go while the first is unknown', async () => {
    let answers = 0;
    const rabbitmq = new RecordingPublisher((text) =>
      text === 'k1' && answers++ === 0 ? unknown : confirmed,
    );
    await bench.add([
      [toRabbitmq, 'k', 'k1'],
      [toRabbitmq, 'k', 'k2'],
      [toRabbitmq, 'j', 'j1'],
    ]);
    bench.relay({ rabbitmq }, { retryMs: [10, 20] }).start();
    await noRows();
    expect(rabbitmq.batches).toEqual([['k1', 'j1'], ['k1'], ['k2']]);
  });
});
