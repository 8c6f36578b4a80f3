import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '@waybill/messaging';
import { numbered, Recorder, textOf, untilAnswered } from '@waybill/test-kit';
import { publishAll } from './testing/publish-all.js';
import { TestKafka } from './testing/test-kafka.js';
import { killBroker, startBroker } from './testing/test-servers.js';

const count = 1_500;

describe('when a Kafka broker is killed and comes back', () => {
  let kafka: TestKafka;
  const thrown: unknown[] = [];
  const onThrown = (error: unknown) => void thrown.push(error);
  beforeEach(async () => {
    kafka = await TestKafka.open();
    process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
  });
  afterEach(async () => {
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
    await kafka.close();
  });

  it.each([
    ['leads a partition', (topic: string) => kafka.leaders(topic).then(([leader]) => leader!)],
    ['coordinates the group', (_: string, group: string) => kafka.coordinator(group)],
  ])(
    'the one that %s: all is published and handled without help or exception',
    async (_, chooseNode) => {
      const topic = await kafka.topic();
      const subscription = kafka.subscription(topic);
      const broker = kafka.adapter();
      const publisher = broker.publisher('test');
      const handled = new Set<string>();
      const handle = (delivery: RawDelivery) => {
        if (delivery.current) handled.add(textOf(delivery));
        void delivery.done();
      };
      const inHand: RawDelivery[] = [];
      let isDead = false;
      const recorder = new Recorder((delivery) => (isDead ? handle(delivery) : inHand.push(delivery)));
      await broker.consumer(subscription, recorder.take).start();
      const messages = numbered(topic, count);
      await publishAll(publisher, messages.slice(0, 500));
      await untilAnswered(() => inHand.length >= 200 || undefined);
      inHand.splice(0, 100).forEach(handle);

      const node = await chooseNode(topic, subscription.name);
      kafka.closeLater(() => startBroker(node));
      const publishing = publishAll(publisher, messages.slice(500, 1_000));
      await killBroker(node);
      isDead = true;
      inHand.splice(0).forEach(handle);
      const slowest = await publishing;
      // Sooner than the session timeout of 45 s, for which a member that could not leave would hold up its group.
      await untilAnswered(() => handled.size === 1_000 || undefined, 30_000);
      await startBroker(node);
      await publishAll(publisher, messages.slice(1_000));
      await untilAnswered(() => handled.size === count || undefined, 60_000);

      expect(slowest).toBeLessThan(30_000);
      await untilAnswered(() => broker.health().state === 'connected' || undefined);
      expect(thrown).toEqual([]);
    },
    180_000,
  );
});
