import { defineSubscription, type Broker } from '@waybill/messaging';
import { applyRabbitmqTopology, queueDepth, rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { uuidV7 } from '@waybill/service-kit';
import type { OrderQueue } from '../backpressure/order-queue.js';

/** RabbitMQ deletes the queue by itself when nobody has used it for so long. */
const expiresAfterMs = 60_000;

/** A fresh queue on the real RabbitMQ, for a test to fill and to empty. */
export class FilledQueue {
  readonly name = `test-${uuidV7()}`;
  private readonly broker: Broker;

  private constructor(private readonly url: string) {
    this.broker = rabbitmqBroker({ url });
  }

  static async open(): Promise<FilledQueue> {
    const queue = new FilledQueue(process.env['RABBITMQ_URL']!);
    const arguments_ = { 'x-queue-type': 'classic', 'x-expires': expiresAfterMs };
    const queues = [{ name: queue.name, arguments: arguments_, bindings: [] }];
    await applyRabbitmqTopology({ rabbitmq: { exchanges: [], queues } }, { url: queue.url });
    return queue;
  }

  reader(): OrderQueue {
    return queueDepth(this.name, { url: this.url });
  }

  async fill(count: number): Promise<void> {
    const publisher = this.broker.publisher('filler');
    const message = { key: '', attributes: {}, headers: {}, body: Buffer.from('{}') };
    await publisher.publish(Array.from({ length: count }, () => ({ address: this.name, message })));
    await publisher.close();
  }

  /** Consumers come and work it off. */
  async workOff(): Promise<void> {
    const subscription = defineSubscription({
      name: this.name,
      broker: 'rabbitmq',
      addresses: [this.name],
      order: 'none',
      lane: 'keyed',
      terminal: true, // it has no inlet
    });
    await this.broker
      .consumer(subscription, (deliveries) => deliveries.forEach((delivery) => void delivery.done()))
      .start();
  }

  close(): Promise<void> {
    return this.broker.close();
  }
}
