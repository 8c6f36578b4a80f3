import type {
  Broker,
  BrokerHealth,
  Consumer,
  Publisher,
  RawDelivery,
  Subscription,
} from '@waybill/messaging';
import { capabilities } from './capabilities.js';
import { Hops } from './hops.js';
import { RabbitmqConsumer } from './rabbitmq-consumer.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';
import { subscriptionProblems } from './subscription-problems.js';
import { normalise, type NormalRabbitmqOptions, type RabbitmqOptions } from './rabbitmq.options.js';

type Part = RabbitmqPublisher | RabbitmqConsumer;

/** RabbitMQ 3.10 to 4.x behind the port. Publishers connect when made, consumers at `start`; both for ever. */
export function rabbitmqBroker(options: RabbitmqOptions): Broker {
  return new RabbitmqBroker(normalise(options));
}

class RabbitmqBroker implements Broker {
  readonly name = 'rabbitmq';
  readonly capabilities = capabilities;
  private readonly publishers = new Set<RabbitmqPublisher>();
  private readonly consumers = new Set<RabbitmqConsumer>();
  private hops: Hops | undefined;

  constructor(private readonly options: NormalRabbitmqOptions) {}

  publisher(purpose: string): Publisher {
    const publisher = this.openPublisher(purpose);
    return {
      publish: (batch) => publisher.publish(batch),
      close: () => publisher.close().finally(() => this.publishers.delete(publisher)),
    };
  }

  consumer(subscription: Subscription, take: (deliveries: readonly RawDelivery[]) => void): Consumer {
    this.hops ??= this.openHops();
    const consumer = new RabbitmqConsumer(this.options, subscription, take, this.hops);
    return {
      start: () => {
        // One that never starts, since its subscription is paused, is no connection to be worried about.
        this.consumers.add(consumer);
        return consumer.start();
      },
      stopTaking: () => consumer.stopTaking(),
      close: () => consumer.close().finally(() => this.consumers.delete(consumer)),
      waiting: () => consumer.waiting(),
    };
  }

  problemsWith(subscription: Subscription): Promise<readonly string[]> {
    return subscriptionProblems(subscription, this.options);
  }

  health(): BrokerHealth {
    return worstOf([...this.publishers, ...this.consumers].map((part: Part) => part.health()));
  }

  /** Consumers first: their held deliveries may still wait for a hop. */
  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    await Promise.all([...this.publishers].map((publisher) => publisher.close()));
  }

  private openPublisher(purpose: string): RabbitmqPublisher {
    const publisher = new RabbitmqPublisher(this.options, purpose).open();
    this.publishers.add(publisher);
    return publisher;
  }

  /** One publisher for all consumers' retries and dead letters, apart from the relay's. */
  private openHops(): Hops {
    const publisher = this.openPublisher('hops');
    return new Hops((record) => publisher.publishAgain(record), this.options);
  }
}

const order = ['disconnected', 'connecting', 'blocked', 'connected'] as const;

/** As healthy as the worst connection. */
function worstOf(healths: readonly BrokerHealth[]): BrokerHealth {
  const rank = ({ state }: BrokerHealth) => order.indexOf(state);
  return [...healths].sort((a, b) => rank(a) - rank(b))[0] ?? { state: 'connecting' };
}
