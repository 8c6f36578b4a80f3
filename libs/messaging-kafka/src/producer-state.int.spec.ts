import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Publisher } from '@waybill/messaging';
import { messageOf, untilAnswered } from '@waybill/test-kit';
import { SkewedSequence } from './testing/skewed-sequence.js';
import { TestKafka } from './testing/test-kafka.js';

describe('what a Kafka broker remembers of a producer', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const texts = async (topic: string) => (await kafka.contents(topic)).map(({ value }) => value!.toString());
  const publish = async (publisher: Publisher, topic: string, text: string) =>
    (await publisher.publish([{ address: topic, message: messageOf(text) }]))[0]!;

  it('and what the producer does may disagree: then it begins anew, and what was refused is written by the next try', async () => {
    const topic = await kafka.topic(1);
    const sockets = new SkewedSequence(topic);
    const broker = kafka.adapter({ socketFactory: sockets.socketFactory });
    const publisher = broker.publisher('test');
    expect(await publish(publisher, topic, 'first')).toMatchObject({ status: 'confirmed' });

    sockets.skewNext();
    const refused = await publish(publisher, topic, 'second');
    expect(refused).toMatchObject({
      status: 'unknown',
      because: { message: expect.stringMatching(/out of order/) },
    });
    expect(sockets.skewed).toBe(1);

    expect(await publish(publisher, topic, 'second')).toMatchObject({ status: 'confirmed', offset: '1' });
    expect(await publish(publisher, topic, 'third')).toMatchObject({ status: 'confirmed', offset: '2' });
    expect(await texts(topic)).toEqual(['first', 'second', 'third']);
    const connections = kafka.events.flatMap((event) => (event.kind === 'connection' ? [event.state] : []));
    expect(connections).toEqual(['connected', 'lost', 'rebuilt']);
  });

  it('may be gone, with all it wrote and the broker that knew it: its next send is taken all the same, once', async () => {
    const topic = await kafka.createTopic({
      replicaAssignment: [{ partition: 0, replicas: [1] }],
      config: { 'min.insync.replicas': '1' },
    });
    const publisher = kafka.adapter().publisher('test');
    for (const text of ['a', 'b', 'c'])
      expect(await publish(publisher, topic, text)).toMatchObject({ status: 'confirmed' });

    await kafka.admin.fetchTopicOffsets(topic); // or kafkajs does not know the topic's leaders
    await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    const partitionAssignment = [{ partition: 0, replicas: [2] }];
    await kafka.admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    await untilAnswered(async () => (await kafka.leaders(topic))[0] === 2 || undefined);

    await untilAnswered(
      async () => (await publish(publisher, topic, 'd')).status === 'confirmed' || undefined,
    );
    expect(await publish(publisher, topic, 'e')).toMatchObject({ status: 'confirmed', offset: '4' });
  }, 60_000);
});
