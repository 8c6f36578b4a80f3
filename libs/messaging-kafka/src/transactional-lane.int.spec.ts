import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, OutgoingMessage } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import type { KafkaMessage } from 'kafkajs';
import { normaliseKafkaOptions } from './kafka.options.js';
import type { ReadMessage } from './processing.js';
import { toRecord } from './record.js';
import { Feed, readSums } from './testing/summing.js';
import { sumsPerMinute } from './testing/sums-per-minute.js';
import { testBrokers } from './testing/test-environment.js';
import { TestKafka } from './testing/test-kafka.js';
import { TransactionalLane } from './transactional-lane.js';
import { TransactionalPartition } from './transactional-partition.js';
import { isFenced, TransactionalProducer } from './transactional-producer.js';

const given = { brokers: testBrokers(), clientId: 'test' };
const options = normaliseKafkaOptions(given);
const deaf = { fenced: () => undefined, tried: () => undefined };

describe('reading and writing in one transaction', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const recordOf = (topic: string, text: string) => {
    const outgoing: OutgoingMessage = {
      address: topic,
      message: { key: 'k', attributes: {}, headers: {}, body: Buffer.from(text) },
    };
    return toRecord(outgoing, options.maxMessageBytes);
  };
  const ownerOf = (group: string, topic: string) => {
    const owner = new TransactionalProducer(options, group, { topic, partition: 0 });
    kafka.closeLater(() => owner.close());
    return owner;
  };

  it('is refused to whoever owned the partition before, and nothing of it is seen', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const [first, second] = [ownerOf(group, from), ownerOf(group, from)];
    expect(await first.claim()).toBe(0n);
    await first.write([recordOf(to, 'm 1')], 5n);

    expect(await second.claim()).toBe(5n);
    const refused = await first.write([recordOf(to, 'm 10')], 9n).catch((error: unknown) => error);
    expect(isFenced(refused)).toBe(true);
    await second.write([recordOf(to, 'm 100')], 7n);
    // The coordinator answers before it has told those who keep offsets; the next claim would have waited for it.
    await eventually(async () => expect(await kafka.committed(group, from)).toEqual([7]));
    expect((await readSums(kafka, to, false)).sums).toEqual(new Map([['m', 101]]));
  }, 60_000);

  it('goes on after it was fenced, as the group says, and counts nothing twice', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const tookMs: number[] = [];
    const told: string[] = [];
    const lane = new TransactionalLane(
      {
        group,
        from,
        process: (messages) => sumsPerMinute(messages, to),
        onWritten: (written) => tookMs.push(written.tookMs),
      },
      { ...given, events: { emit: (event) => 'because' in event && told.push(String(event.because)) } },
    );
    kafka.closeLater(() => lane.close());
    await lane.start();
    const feed = new Feed(kafka.adapter().publisher('feed'), from);
    kafka.closeLater(() => feed.stop());
    await eventually(() => expect(tookMs.length).toBeGreaterThan(5), 30_000);
    const before = tookMs.length;
    expect(await ownerOf(group, from).claim()).toBeGreaterThan(0n);
    await eventually(() => expect(tookMs.length).toBeGreaterThan(before + 5), 30_000);
    await feed.stop();
    expect(told.filter((because) => /old epoch|for another owner/.test(because))).toHaveLength(1);

    const [end] = await kafka.admin.fetchTopicOffsets(from);
    await eventually(
      async () => expect(await kafka.committed(group, from)).toEqual([Number(end!.high)]),
      30_000,
    );
    const { sums } = await readSums(kafka, to, false);
    expect([...sums].toSorted()).toEqual([...feed.sums].toSorted());
    const sorted = tookMs.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!;
    process.stdout.write(`a transaction takes ${median.toFixed(1)} ms (median of ${sorted.length})\n`);
  }, 90_000);

  it('leaves out what an earlier owner committed after this one had fetched it', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const earlier = ownerOf(group, from);
    await earlier.claim();
    await earlier.write([recordOf(to, 'm 3')], 2n);
    const fetched = ['m 1', 'm 2', 'm 10'].map(
      (text, offset) => ({ offset: String(offset), value: Buffer.from(text), key: null }) as KafkaMessage,
    );
    const process = (messages: readonly Message[]) => sumsPerMinute(messages, to);
    const place = { topic: from, partition: 0 };
    const partition = new TransactionalPartition({ group, from, process }, place, options, deaf);
    kafka.closeLater(() => partition.end());
    await partition.process(fetched);
    expect((await readSums(kafka, to, false)).sums).toEqual(new Map([['m', 13]]));
  }, 60_000);

  it('shows a new owner what was read before its time, so far back as it asks, before anything new', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const run = (lookBack: number) => {
      const told: string[] = [];
      const offsets = (messages: readonly ReadMessage[]) => messages.map(({ offset }) => offset).join();
      const lane = new TransactionalLane(
        {
          group,
          from,
          lookBack,
          known: (messages) => told.push(`known ${offsets(messages)}`),
          process: (messages) => {
            told.push(`new ${offsets(messages)}`);
            return sumsPerMinute(messages, to);
          },
        },
        given,
      );
      kafka.closeLater(() => lane.close());
      return { lane, told };
    };
    const first = run(2);
    await kafka.send(from, { value: 'm 1' }, { value: 'm 2' }, { value: 'm 3' });
    await first.lane.start();
    await eventually(async () => expect(await kafka.committed(group, from)).toEqual([3]), 30_000);
    await first.lane.close();

    const second = run(2);
    await second.lane.start();
    await kafka.send(from, { value: 'm 4' });
    await eventually(async () => expect(await kafka.committed(group, from)).toEqual([4]), 30_000);
    expect(second.told.slice(0, 2)).toEqual(['known 1,2', 'new 3']);
    expect((await readSums(kafka, to, false)).sums).toEqual(new Map([['m', 10]]));
  }, 60_000);

  it('tries again what cannot be processed, and passes nothing over', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    let failures = 0;
    const lane = new TransactionalLane(
      {
        group,
        from,
        process: (messages) => {
          if (failures++ < 2) throw new Error('not yet');
          return sumsPerMinute(messages, to);
        },
      },
      given,
    );
    kafka.closeLater(() => lane.close());
    await kafka.send(from, { value: 'm 1' }, { value: 'm 2' });
    await lane.start();
    await eventually(async () => expect(await kafka.committed(group, from)).toEqual([2]), 30_000);
    expect((await readSums(kafka, to, false)).sums).toEqual(new Map([['m', 3]]));
  }, 60_000);

  it('gathers what comes while it may not write again, and writes it in one transaction', async () => {
    const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const written: { readonly at: number; readonly read: number }[] = [];
    const lane = new TransactionalLane(
      {
        group,
        from,
        gatherMs: 1_000,
        process: (messages) => sumsPerMinute(messages, to),
        onWritten: ({ read, tookMs }) => written.push({ at: performance.now() - tookMs, read }),
      },
      given,
    );
    kafka.closeLater(() => lane.close());
    await lane.start();
    const feed = new Feed(kafka.adapter().publisher('feed'), from);
    kafka.closeLater(() => feed.stop());
    await eventually(() => expect(written.length).toBeGreaterThanOrEqual(4), 30_000);
    await feed.stop();
    // The first was begun by claiming the id, a while before it was written.
    for (const [index, { at }] of written.slice(2).entries())
      expect(at - written[index + 1]!.at).toBeGreaterThan(900);
    await eventually(async () => expect((await readSums(kafka, to, false)).sums).toEqual(feed.sums), 30_000);
  }, 60_000);
});
