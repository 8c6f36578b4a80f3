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
 * Consumes one queue and its inlet on a connection of its own, each on its own channel, with manual acknowledgements and
 * at most `prefetch` unsettled; of control messages one, since each may run a message.
 *
 * - A delivery is acknowledged only on the channel that brought it; on any other its tag means another message.
 * - When the session ends, for whatever reason, the broker puts back what is unacknowledged, and the next session
 *   subscribes again. A queue or inlet that is missing or deleted is waited for in the same way.
 * - `stopTaking` lets the present session live until `close`, so that what is held can be settled, but begins no other.
 */
export class RabbitmqConsumer implements Consumer {
  private readonly connection: RabbitmqConnection;
  private readonly accepted = new Deferred<void>();
  private readonly reading: readonly ReadFrom[];
  private consuming: readonly ConsumingChannel[] = [];
  private session: Session | undefined;

  constructor(
    options: NormalRabbitmqOptions,
    private readonly subscription: Subscription,
    private readonly take: Take,
    private readonly hops: Hops,
  ) {
    this.reading = [
      ...inletAddresses(subscription).map((queue): ReadFrom => ({ queue, via: 'inlet' })),
      { queue: subscription.addresses[0] ?? subscription.name, via: 'address' },
    ];
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
    const { session, reading } = this;
    if (!session?.current) return undefined;
    const queues = reading.map(({ queue }) => queue);
    return readyIn(queues, session);
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  private retire(): void {
    this.connection.retire();
    this.accepted.reject(
      new ConnectionLostError(`closed before ${this.subscription.name} could be consumed`),
    );
  }

  /**
   * First all channels, then the consumers. Were a missing inlet found only while the queue is consumed already, each try
   * would take messages and give them back, and after `x-delivery-limit` tries they would be dead letters.
   */
  private async setUp(session: Session): Promise<void> {
    this.session = session;
    const channels = await Promise.all(this.reading.map((from) => this.open(session, from)));
    for (const channel of channels) await channel.consume();
    this.consuming = channels;
    this.accepted.resolve();
  }

  private open(session: Session, from: ReadFrom): Promise<ConsumingChannel> {
    const prefetch = from.via === 'inlet' ? 1 : this.subscription.prefetch;
    return ConsumingChannel.open(session, from.queue, prefetch, (messages, channel) =>
      this.take(
        messages.map((raw) => new RabbitmqDelivery(raw, from, this.subscription, channel, this.hops)),
      ),
    );
  }
}
