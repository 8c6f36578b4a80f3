import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { LossySockets } from './testing/lossy-sockets.js';
import { TestKafka } from './testing/test-kafka.js';

const shape = { replicaAssignment: [{ partition: 0, replicas: [1, 2, 3] }] };

describe('when a Kafka topic ends before the offsets that were read of it', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('as one that was made anew, all it holds now is delivered', async () => {
    const topic = await kafka.createTopic(shape);
    const sockets = new LossySockets();
    const broker = kafka.adapter({ socketFactory: sockets.socketFactory, requestTimeoutMs: 1_000 });
    const recorder = Recorder.settling();
    const subscription = kafka.subscription(topic);
    await kafka.adapter().publisher('test').publish(numbered(topic, 100));
    await broker.consumer(subscription, recorder.take).start();
    await recorder.atLeast(100);
    await untilAnswered(
      async () => (await kafka.committed(subscription.name, topic))[0] === 100 || undefined,
    );

    // The consumer does not see the topic go.
    sockets.lose('fetch');
    await untilAnswered(() => sockets.lost > 0 || undefined);
    await kafka.admin.deleteTopics({ topics: [topic] });
    await untilAnswered(async () => !(await kafka.admin.listTopics()).includes(topic) || undefined);
    await kafka.createTopic({ name: topic, ...shape });
    await kafka.adapter().publisher('test').publish(numbered(topic, 20));
    sockets.heal();

    await recorder.atLeast(120);
    expect(recorder.texts.slice(100)).toEqual(recorder.texts.slice(0, 20));
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 20 || undefined);
  }, 60_000);
});
