import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { CommittedWatch } from './testing/committed-watch.js';
import { LossySockets } from './testing/lossy-sockets.js';
import { TestKafka } from './testing/test-kafka.js';

const quick = { heartbeatIntervalMs: 50, commitIntervalMs: 50, requestTimeoutMs: 500 };

describe('a commit that is under way as the group rebalances', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('is not made in the name of the next generation, whose owners have settled nothing yet', async () => {
    const topic = await kafka.topic(2);
    const subscription = kafka.subscription(topic);
    await kafka.adapter().publisher('test').publish(numbered(topic, 100));
    const [first, second, sockets] = [new Recorder(), new Recorder(), new LossySockets()];
    const broker = kafka.adapter({ ...quick, socketFactory: sockets.socketFactory });
    await broker.consumer(subscription, first.take).start();
    const before = [...(await first.atLeast(100))];
    const watch = new CommittedWatch(kafka, subscription.name, topic);

    sockets.lose('offsetCommit');
    for (const delivery of before) await delivery.done();
    await untilAnswered(() => sockets.lost > 0 || undefined);
    await kafka.adapter(quick).consumer(subscription, second.take).start();
    await first.atLeast(101);
    sockets.heal();

    const failed = () => kafka.events.some(({ kind }) => kind === 'infrastructure');
    await untilAnswered(() => failed() || watch.seen.length > 1 || undefined);
    // The first that the next generation settles is committed after whatever became of the late commit.
    const next = first.deliveries[100]!;
    await next.done();
    await untilAnswered(() => watch.seen.length > 1 || undefined);
    await watch.end();
    expect(watch.seen).toEqual([[-1, -1], next.origin.partition === 0 ? [1, -1] : [-1, 1]]);
  });
});
