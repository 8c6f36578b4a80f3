import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { LossySockets } from './testing/lossy-sockets.js';
import { TestKafka } from './testing/test-kafka.js';

describe('a Kafka consumer that hangs as it is closed', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('leaves its group all the same, which does not wait for it', async () => {
    const topic = await kafka.topic(4);
    const subscription = kafka.subscription(topic);
    const sockets = new LossySockets();
    const hanging = kafka
      .adapter({ socketFactory: sockets.socketFactory, heartbeatIntervalMs: 100 })
      .consumer(subscription, new Recorder().take);
    await hanging.start();

    // It hears of the rebalance that another member starts, and its wish to join again is lost.
    sockets.lose('joinGroup');
    const recorder = new Recorder();
    const starting = kafka.adapter().consumer(subscription, recorder.take).start();
    await untilAnswered(() => sockets.lost > 0 || undefined);
    const startedAt = Date.now();
    await hanging.close();
    await starting;
    await kafka.adapter().publisher('test').publish(numbered(topic, 100));
    await recorder.atLeast(100);

    expect(Date.now() - startedAt).toBeLessThan(20_000); // the session would have lasted 45 s
  }, 90_000);

  it('waits not longer than seconds for a dead letter whose answer never comes, and holds its message', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic, { terminal: false });
    await kafka.besides(subscription);
    await kafka.adapter().publisher('test').publish(numbered(topic, 2));
    const proxies = await kafka.proxies();
    const broker = kafka.adapter({ socketFactory: proxies.socketFactory });
    const [recorder, next] = [new Recorder(), new Recorder()];
    const consumer = broker.consumer(subscription, recorder.take);
    await consumer.start();
    const [first, second] = await recorder.atLeast(2);
    expect(await first!.deadLetter({})).toBe(true);

    proxies.swallowAnswers();
    const settling = second!.deadLetter({});
    const startedAt = Date.now();
    await consumer.close();

    expect(Date.now() - startedAt).toBeLessThan(20_000); // the publish would have been waited for 28 s
    expect(await settling).toBe(false);
    proxies.pass();
    await kafka.adapter().consumer(subscription, next.take).start();
    await next.atLeast(2);
  }, 90_000);
});
