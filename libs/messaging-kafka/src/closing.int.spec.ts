import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf, numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TestKafka } from './testing/test-kafka.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the life of a Kafka consumer', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('closes at once while deliveries are unsettled, and they are current no more', async () => {
    const topic = await kafka.topic();
    await kafka.adapter().publisher('test').publish(numbered(topic, 100));
    const recorder = new Recorder();
    const consumer = kafka.adapter().consumer(kafka.subscription(topic, { prefetch: 10 }), recorder.take);
    await consumer.start();
    const deliveries = await recorder.atLeast(10);

    const startedAt = Date.now();
    await consumer.close();

    expect(Date.now() - startedAt).toBeLessThan(5_000); // as long as one commit that is not answered
    expect(deliveries.some(({ current }) => current)).toBe(false);
    await Promise.all(deliveries.map((delivery) => delivery.done())); // too late, changes nothing
    await consumer.stopTaking();
    await consumer.close();
  });

  it('hands over nothing more once it has stopped taking; what is held is committed when it is settled', async () => {
    const topic = await kafka.topic(1);
    const publisher = kafka.adapter().publisher('test');
    await publisher.publish(numbered(topic, 10));
    const subscription = kafka.subscription(topic, { prefetch: 4 });
    const recorder = new Recorder();
    const consumer = kafka.adapter().consumer(subscription, recorder.take);
    await consumer.start();
    await recorder.atLeast(4);

    await consumer.stopTaking();
    for (const delivery of recorder.deliveries) await delivery.done();
    await publisher.publish(numbered(topic, 10));
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 4 || undefined);
    await consumer.close();

    expect(recorder.texts).toEqual(['0', '1', '2', '3']);
  });

  it('keeps trying to start until the brokers can be reached, and health tells so', async () => {
    const topic = await kafka.topic();
    const proxies = await kafka.proxies();
    proxies.refuse();
    const broker = kafka.adapter({ socketFactory: proxies.socketFactory });
    const recorder = new Recorder();
    const starting = broker.consumer(kafka.subscription(topic), recorder.take).start();
    await untilAnswered(() => broker.health().state === 'disconnected' || undefined);
    expect(broker.health().lastError).toBeTruthy();

    proxies.pass();
    await starting;
    expect(broker.health().state).toBe('connected');
    await broker.publisher('test').publish([{ address: topic, message: messageOf('here') }]);
    await recorder.atLeast(1);
    expect(recorder.texts).toEqual(['here']);
  });

  it('keeps trying while its topic does not exist', async () => {
    const name = `test-${randomUUID()}`;
    const recorder = new Recorder();
    const starting = kafka.adapter().consumer(kafka.subscription(name), recorder.take).start();
    await untilAnswered(() =>
      kafka.events.find((event) => event.kind === 'connection' && event.state === 'lost'),
    );

    await kafka.createTopic({ name, numPartitions: 1 });
    await starting;
    await kafka.adapter().publisher('test').publish(numbered(name, 3));
    await recorder.atLeast(3);
  });

  it('closes soon though it could never start', async () => {
    const topic = await kafka.topic();
    const proxies = await kafka.proxies();
    proxies.refuse();
    const broker = kafka.adapter({ socketFactory: proxies.socketFactory });
    const consumer = broker.consumer(kafka.subscription(topic), new Recorder().take);
    const starting = consumer.start();
    await untilAnswered(() => broker.health().state === 'disconnected' || undefined);

    const startedAt = Date.now();
    await consumer.close();
    await starting;
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(broker.health().state).toBe('connecting'); // nothing is open, nothing is lost
  });

  it('goes on by itself after all brokers were away, and what was unsettled comes again', async () => {
    const topic = await kafka.topic();
    const proxies = await kafka.proxies();
    const broker = kafka.adapter({ socketFactory: proxies.socketFactory });
    await kafka.adapter().publisher('test').publish(numbered(topic, 10));
    const recorder = new Recorder();
    await broker.consumer(kafka.subscription(topic), recorder.take).start();
    const before = [...(await recorder.atLeast(10))];

    proxies.refuse();
    await untilAnswered(() => broker.health().state === 'disconnected' || undefined);
    await untilAnswered(() => !before.some(({ current }) => current));
    proxies.pass();

    await recorder.atLeast(20);
    expect(recorder.texts.slice(10).toSorted()).toEqual(recorder.texts.slice(0, 10).toSorted());
    await untilAnswered(() => broker.health().state === 'connected');
    expect(kafka.events.map((event) => event.kind === 'connection' && event.state)).toContain('rebuilt');
  }, 60_000);

  it('is forgotten by its broker once it is closed, as publishers are', async () => {
    const topic = await kafka.topic();
    const broker = kafka.adapter();
    /** A consumer keeps what takes its deliveries, a publisher its latest result. */
    const openAndClose = async (): Promise<WeakRef<object>[]> => {
      const take = () => undefined;
      const publisher = broker.publisher('passing');
      const consumer = broker.consumer(kafka.subscription(topic), take);
      const [result] = await publisher.publish(numbered(topic, 1));
      await consumer.start();
      await Promise.all([publisher.close(), consumer.close()]);
      return [new WeakRef(take), new WeakRef(result!)];
    };

    const kept = [...(await openAndClose()), ...(await openAndClose())];

    await untilAnswered(() => {
      collectGarbage();
      return kept.every((each) => each.deref() === undefined) || undefined;
    });
  });
});
