import type { Broker } from '@waybill/messaging';
import { kafkaCapabilities } from './capabilities.js';
import { ConnectionWatch } from './connection-watch.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { normaliseKafkaOptions, type KafkaOptions } from './kafka.options.js';
import { subscriptionProblems } from './subscription-problems.js';
import { KafkaPublisher, type FlushingPublisher } from './kafka-publisher.js';

export interface KafkaBroker extends Broker {
  publisher(purpose: string): FlushingPublisher;
}

/** Kafka behind the port. Every publisher and consumer has a client of its own; throws for options that cannot work. */
export function kafkaBroker(given: KafkaOptions): KafkaBroker {
  const options = normaliseKafkaOptions(given);
  const watch = new ConnectionWatch(options.events);
  const open = new Set<{ close(): Promise<void> }>();
  const keep = <T extends { close(): Promise<void> }>(opened: T): T => {
    open.add(opened);
    return opened;
  };
  const publisher = (purpose: string) => keep(new KafkaPublisher(options, purpose, watch));
  return {
    name: 'kafka',
    capabilities: { ...kafkaCapabilities, maxMessageBytes: options.maxMessageBytes },
    publisher,
    consumer: (subscription, take) => {
      const hops = new KafkaPublisher(options, `hops.${subscription.name}`, watch);
      return keep(new KafkaConsumer(subscription, take, options, hops, watch));
    },
    problemsWith: (subscription) => subscriptionProblems(subscription, options),
    health: () => watch.health(),
    close: async () => {
      await Promise.all([...open].map((opened) => opened.close()));
      open.clear();
    },
  };
}
