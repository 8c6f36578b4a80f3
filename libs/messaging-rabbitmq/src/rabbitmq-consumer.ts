import {
  inletAddresses,
  type BrokerHealth,
  type Consumer,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import { RabbitmqConnection } from './connection.js';
import { ConsumingChannel } from './consuming-channel.js';
import { Deferred } from './deferred.js';
import type { Hops } from './hops.js';
import { ConnectionLostError } from './rabbitmq.errors.js';
import { RabbitmqDelivery, type ReadFrom } from './rabbitmq-delivery.js';
import { readyIn } from './ready-in.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

type Take = (deliveries: readonly RawDelivery[]) => void;

/**
 * Consumes one queue on a connection of its own, with manual acknowledgements and at most `prefetch` unsettled.
 *
 * - A delivery is acknowledged only on the channel that brought it; on any other its tag means another message.
 * - When the session ends, for whatever reason, the broker puts back what is unacknowledged, and the next session
 *   subscribes again. A queue that is missing or deleted is waited for in the same way.
 * - `stopTaking` lets the present session live until `close`, so that what is held can be settled, but begins no other.
 */
export class RabbitmqConsumer implements Consumer {
  private readonly connection: RabbitmqConnection;
  private readonly accepted = new Deferred<void>();
  private consuming: readonly ConsumingChannel[] = [];
  private session: Session | undefined;
  private readonly queue: string;

  constructor(
    options: NormalRabbitmqOptions,
    private readonly subscription: Subscription,
    private readonly take: Take,
    private readonly hops: Hops,
  ) {
    this.queue = subscription.addresses[0] ?? subscription.name;
    this.connection = new RabbitmqConnection(options, subscription.name, (session) => this.setUp(session));
    this.accepted.promise.catch(() => undefined); // whoever called `start` hears of it; without a call nobody need
  }

  start(): Promise<void> {
    this.connection.open();
    return this.accepted.promise;
  }

  async stopTaking(): Promise<void> {
    this.retire();
    await Promise.all(this.consuming.map((channel) => channel.stop()));
  }

  async close(): Promise<void> {
    this.retire();
    await Promise.all(this.consuming.map((channel) => channel.close()));
    await this.connection.close();
  }

  /** Ready in the queue and its inlet; what waits out its delay is not counted. */
  async waiting(): Promise<number | undefined> {
    const { session } = this;
    if (!session?.current) return undefined;
    const counts = [this.queue, ...inletAddresses(this.subscription)].map((queue) => readyIn(queue, session));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  private retire(): void {
    this.connection.retire();
    this.accepted.reject(new ConnectionLostError(`closed before ${this.queue} could be consumed`));
  }

  private async setUp(session: Session): Promise<void> {
    this.session = session;
    const { subscription } = this;
    const reading: ReadFrom[] = [
      { queue: this.queue, via: 'address' },
      ...inletAddresses(subscription).map((queue): ReadFrom => ({ queue, via: 'inlet' })),
    ];
    this.consuming = await Promise.all(reading.map((from) => this.consume(session, from)));
    this.accepted.resolve();
  }

  /** Control messages come one at a time: each may run a message. */
  private consume(session: Session, from: ReadFrom): Promise<ConsumingChannel> {
    const prefetch = from.via === 'inlet' ? 1 : this.subscription.prefetch;
    return ConsumingChannel.open(session, from.queue, prefetch, (messages, channel) =>
      this.take(
        messages.map((raw) => new RabbitmqDelivery(raw, from, this.subscription, channel, this.hops)),
      ),
    );
  }
}
