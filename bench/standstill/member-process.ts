import { kafkaBroker } from '@waybill/messaging-kafka';
import { defineSubscription, type RawDelivery } from '@waybill/messaging';
import type { Handled, MemberSettings } from './member.ts';

/** One member of the group, in a process of its own: tells each message that it has handled. */
const { brokers, topic, group, sessionTimeoutMs } = JSON.parse(process.argv[2]!) as MemberSettings;

const broker = kafkaBroker({ brokers, clientId: 'bench', sessionTimeoutMs });
const subscription = defineSubscription({
  name: group,
  broker: 'kafka',
  addresses: [topic],
  order: 'key',
  lane: 'batch',
  terminal: true,
});

const tell = (handled: Handled): void => void process.send!(handled);
const consumer = broker.consumer(subscription, (deliveries: readonly RawDelivery[]) => {
  for (const delivery of deliveries) {
    tell({ partition: delivery.origin.partition!, atMs: Date.now() });
    void delivery.done();
  }
});

process.once('SIGTERM', () => {
  void consumer
    .stopTaking()
    .then(() => consumer.close())
    .then(() => broker.close())
    .then(() => process.exit(0));
});
await consumer.start();
