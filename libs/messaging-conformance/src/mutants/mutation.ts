import type { Broker, Consumer, Publisher, RawDelivery, Subscription } from '@waybill/messaging';
import type { BrokerUnderTest, Connection } from '../broker-under-test.js';

/** Breaks one promise of a broker that keeps them all. */
export type Mutation = (sound: BrokerUnderTest) => BrokerUnderTest;

export const changeConnections =
  (change: (connection: Connection, underTest: BrokerUnderTest) => Partial<Connection>): Mutation =>
  (underTest) => ({
    ...underTest,
    connect: async () => {
      const connection = await underTest.connect();
      return { ...connection, ...change(connection, underTest) };
    },
  });

export const changeBrokers = (change: (broker: Broker) => Partial<Broker>): Mutation =>
  changeConnections(({ broker }) => ({ broker: { ...bound(broker), ...change(broker) } }));

export const changePublishers = (change: (publisher: Publisher) => Partial<Publisher>): Mutation =>
  changeBrokers((broker) => ({
    publisher: (purpose) => {
      const publisher = broker.publisher(purpose);
      return { ...publisher, ...change(publisher) };
    },
  }));

export const changeSubscriptions = (change: (subscription: Subscription) => Subscription): Mutation =>
  changeBrokers((broker) => ({
    consumer: (subscription, take) => broker.consumer(change(subscription), take),
  }));

export const changeConsumers = (change: (consumer: Consumer) => Partial<Consumer>): Mutation =>
  changeBrokers((broker) => ({
    consumer: (subscription, take) => {
      const consumer = broker.consumer(subscription, take);
      return { ...boundConsumer(consumer), ...change(consumer) };
    },
  }));

type Taken = readonly RawDelivery[];

/** What is handed over instead; made anew for each consumer. */
export const changeTaking = (
  change: (take: (deliveries: Taken) => void, subscription: Subscription) => (deliveries: Taken) => void,
): Mutation =>
  changeBrokers((broker) => ({
    consumer: (subscription, take) => broker.consumer(subscription, change(take, subscription)),
  }));

/** `change` is made anew for each consumer. */
export const changeDeliveries = (
  change: (subscription: Subscription) => (delivery: RawDelivery) => Partial<RawDelivery>,
): Mutation =>
  changeTaking((take, subscription) => {
    const changeOne = change(subscription);
    return (deliveries) => take(deliveries.map((delivery) => changed(delivery, changeOne(delivery))));
  });

export function changed(delivery: RawDelivery, change: Partial<RawDelivery>): RawDelivery {
  return {
    message: delivery.message,
    origin: delivery.origin,
    get current() {
      return delivery.current;
    },
    done: () => delivery.done(),
    retryLater: (delayMs, headers) => delivery.retryLater(delayMs, headers),
    deadLetter: (headers) => delivery.deadLetter(headers),
    ...change,
  };
}

/** Its methods, for taking apart. */
function bound(broker: Broker): Broker {
  return {
    name: broker.name,
    capabilities: broker.capabilities,
    publisher: (purpose) => broker.publisher(purpose),
    consumer: (subscription, take) => broker.consumer(subscription, take),
    problemsWith: (subscription) => broker.problemsWith(subscription),
    health: () => broker.health(),
    close: () => broker.close(),
  };
}

function boundConsumer(consumer: Consumer): Consumer {
  return {
    start: () => consumer.start(),
    stopTaking: () => consumer.stopTaking(),
    close: () => consumer.close(),
    waiting: () => consumer.waiting(),
  };
}
