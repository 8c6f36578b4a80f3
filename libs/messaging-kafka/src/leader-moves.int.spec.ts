import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '@waybill/messaging';
import { numbered, Recorder, textOf, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

const count = 4_000;
const unsettledAtEachMove = 50;
const elsewhere = [
  [2, 3],
  [3, 1],
  [1, 2],
];
const pairs = [
  [1, 2],
  [2, 3],
  [3, 1],
];

describe('when the leader of a Kafka partition moves', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  /** Away from its leader, so that another must lead. */
  const moveLeader = async (topic: string, partition: number, replicas: number[]): Promise<void> => {
    const before = (await kafka.leaders(topic))[partition];
    const topics = [{ topic, partitionAssignment: [{ partition, replicas }] }];
    await kafka.admin.alterPartitionReassignments({ topics });
    await untilAnswered(async () => (await kafka.leaders(topic))[partition] !== before || undefined);
  };

  it('everything published meanwhile is settled in the end, though much was unsettled at each move', async () => {
    const topic = await kafka.topicOn(pairs);
    const subscription = kafka.subscription(topic);
    const broker = kafka.adapter({ heartbeatIntervalMs: 200 });
    const settled = new Set<string>();
    const settle = (delivery: RawDelivery) => {
      if (delivery.current) settled.add(textOf(delivery));
      void delivery.done();
    };
    const held: RawDelivery[] = [];
    let moving = true;
    const recorder = new Recorder((delivery) => (moving ? held.push(delivery) : settle(delivery)));
    await broker.consumer(subscription, recorder.take).start();
    const publisher = broker.publisher('test');
    const publishing = (async () => {
      for (const outgoing of chunks(numbered(topic, count), 20))
        await untilConfirmed(() => publisher.publish(outgoing));
    })();

    for (const [partition, replicas] of elsewhere.entries()) {
      await untilAnswered(() => held.length >= unsettledAtEachMove || undefined);
      await moveLeader(topic, partition, replicas);
      // The last first: what is committed waits for the first.
      for (const delivery of held.splice(0).toReversed()) settle(delivery);
    }
    moving = false;
    for (const delivery of held.splice(0).toReversed()) settle(delivery);
    await publishing;

    await untilAnswered(() => settled.size === count || undefined, 60_000);
    expect(new Set(recorder.texts).size).toBe(count);
  }, 120_000);
});

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

async function untilConfirmed(publish: () => Promise<readonly { status: string }[]>): Promise<void> {
  while ((await publish()).some(({ status }) => status !== 'confirmed'));
}
