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
  const open = new Set<KafkaPublisher | KafkaConsumer>();
  const closing = (opened: KafkaPublisher | KafkaConsumer) => () =>
    opened.close().finally(() => open.delete(opened));
  return {
    name: 'kafka',
    capabilities: { ...kafkaCapabilities, maxMessageBytes: options.maxMessageBytes },
    publisher: (purpose) => {
      const publisher = new KafkaPublisher(options, purpose, watch);
      open.add(publisher);
      return {
        publish: (batch) => publisher.publish(batch),
        flush: (withinMs) => publisher.flush(withinMs),
        close: closing(publisher),
      };
    },
    consumer: (subscription, take) => {
      const hops = new KafkaPublisher(options, `hops.${subscription.name}`, watch);
      const consumer = new KafkaConsumer(subscription, take, options, hops, watch);
      open.add(consumer);
      return {
        start: () => consumer.start(),
        stopTaking: () => consumer.stopTaking(),
        close: closing(consumer),
        waiting: () => consumer.waiting(),
      };
    },
    problemsWith: (subscription) => subscriptionProblems(subscription, options),
    health: () => watch.health(),
    close: async () => {
      await Promise.all([...open].map((opened) => opened.close()));
      open.clear();
    },
  };
}
