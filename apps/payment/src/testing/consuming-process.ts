import { CancelPayment, PaymentRequested, RefundPayment, subscriptions } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import { MemoryBroker, SubscriptionRunner, type Message } from '@waybill/messaging';
import { EventRecorder } from './event-recorder.js';
import type { PaymentWorld } from './payment-world.js';

/** What the real subscription promises, on a broker in this process and with a wait that tests can afford. */
const subscription = { ...subscriptions.paymentQueue, broker: 'memory' as const, delaysMs: [20] };

/** A payment process: its consumer, lane and pipeline on the world's database. */
export class ConsumingProcess {
  readonly events = new EventRecorder();
  private readonly broker = new MemoryBroker();
  private readonly publisher = this.broker.publisher();
  private readonly runner: SubscriptionRunner;

  private constructor(world: PaymentWorld, leaseMs: number) {
    const { onRequest, onCancel, onRefund } = world.handlers(leaseMs);
    this.runner = new SubscriptionRunner({
      broker: this.broker,
      subscription,
      handlers: [
        { contract: PaymentRequested, handler: onRequest },
        { contract: CancelPayment, handler: onCancel },
        { contract: RefundPayment, handler: onRefund },
      ],
      database: world.database,
      inbox: new PostgresInbox(),
      events: this.events,
    });
  }

  static async start(world: PaymentWorld, leaseMs = 3_000): Promise<ConsumingProcess> {
    const process = new ConsumingProcess(world, leaseMs);
    await process.runner.start();
    return process;
  }

  async deliver(...messages: readonly Message[]): Promise<void> {
    const [address] = subscription.addresses;
    await this.publisher.publish(messages.map((message) => ({ address: address!, message })));
  }

  deadLetters(): readonly Message[] {
    return this.broker.written(`${subscription.name}.dlq`);
  }

  stop(): Promise<void> {
    return this.runner.drain(1_000);
  }
}
