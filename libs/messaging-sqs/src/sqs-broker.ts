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
import { SqsConnection } from './sqs-client.js';
import { SqsConsumer } from './sqs-consumer.js';
import { SqsPublisher } from './sqs-publisher.js';
import { normalise, type NormalSqsOptions, type SqsOptions } from './sqs.options.js';
import { subscriptionProblems } from './subscription-problems.js';

/** SQS FIFO behind the port: AWS, or a server that speaks its protocol. */
export function sqsBroker(options: SqsOptions = {}): Broker {
  return new SqsBroker(normalise(options));
}

/** A consumer's own word about the server, beside what the port asks of it. */
type AskedConsumer = Consumer & { health(): BrokerHealth };

type ConsumerOf = (
  subscription: Subscription,
  take: (deliveries: readonly RawDelivery[]) => void,
  hops: Hops,
) => AskedConsumer;

export class SqsBroker implements Broker {
  readonly name = 'sqs';
  readonly capabilities = capabilities;
  private readonly connections = new Set<SqsConnection>();
  private readonly publishers = new Set<SqsPublisher>();
  private readonly consumers = new Set<AskedConsumer>();
  private hops: Hops | undefined;

  /** `consumerOf`: how messages come in; by default they are asked for. */
  constructor(
    private readonly options: NormalSqsOptions,
    private readonly consumerOf: ConsumerOf = (subscription, take, hops) =>
      new SqsConsumer(options, subscription, take, hops),
  ) {}

  publisher(): Publisher {
    return this.openPublisher();
  }

  consumer(subscription: Subscription, take: (deliveries: readonly RawDelivery[]) => void): Consumer {
    this.hops ??= this.openHops();
    const consumer = this.consumerOf(subscription, take, this.hops);
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
    return worstOf([...this.connections, ...this.consumers].map((part) => part.health()));
  }

  /** Consumers first: their held deliveries may still wait for a hop. */
  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    this.consumers.clear();
    await Promise.all([...this.publishers].map((publisher) => publisher.close()));
  }

  private openPublisher(): SqsPublisher {
    const connection = new SqsConnection(this.options);
    const publisher: SqsPublisher = new SqsPublisher(connection, this.options, () => {
      connection.close();
      this.connections.delete(connection);
      this.publishers.delete(publisher);
    });
    this.connections.add(connection);
    this.publishers.add(publisher);
    return publisher;
  }

  private openHops(): Hops {
    const publisher = this.openPublisher();
    return new Hops((outgoing, name) => publisher.publishAgain(outgoing, name), this.options);
  }
}

/** HTTP has no connection before the first request, so parts that have asked nothing say nothing. */
function worstOf(healths: readonly BrokerHealth[]): BrokerHealth {
  const known = healths.filter(({ state }) => state !== 'connecting');
  const worst = known.find(({ state }) => state === 'disconnected') ?? known[0];
  return worst ?? { state: 'connecting' };
}
