import type { Broker, RawDelivery, Subscription } from '@waybill/messaging';
import { memoryUnderTest, type BrokerUnderTest, type Wanted } from '@waybill/messaging-conformance';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { sqsBroker } from '@waybill/messaging-sqs';
import { kafkaUnderTest } from '../../tools/conformance/brokers/kafka.ts';
import { rabbitmqUnderTest } from '../../tools/conformance/brokers/rabbitmq.ts';
import { sqsUnderTest } from '../../tools/conformance/brokers/sqs.ts';

const { KAFKA_BROKERS = '', RABBITMQ_URL = '', AWS_ENDPOINT_URL = '' } = process.env;

type BrokerName = Subscription['broker'];

/** As services connect: no proxy in between, as the conformance suite has it. */
const connections: Record<BrokerName, (underTest: BrokerUnderTest) => Promise<Broker>> = {
  kafka: async () => kafkaBroker({ brokers: KAFKA_BROKERS.split(','), clientId: 'bench' }),
  rabbitmq: async () => rabbitmqBroker({ url: RABBITMQ_URL }),
  sqs: async () => sqsBroker({ endpoint: AWS_ENDPOINT_URL, waitSeconds: 2 }),
  memory: async (underTest) => (await underTest.connect()).broker,
};

const makers: Record<BrokerName, () => BrokerUnderTest> = {
  kafka: () => kafkaUnderTest(KAFKA_BROKERS.split(',')),
  rabbitmq: () => rabbitmqUnderTest(RABBITMQ_URL),
  sqs: () => sqsUnderTest(AWS_ENDPOINT_URL),
  memory: memoryUnderTest,
};

export const brokerNames = Object.keys(makers) as BrokerName[];

/** A broker with addresses of its own; `close` removes them. */
export class Station {
  readonly name: BrokerName;
  readonly broker: Broker;
  private readonly underTest: BrokerUnderTest;

  private constructor(name: BrokerName, broker: Broker, underTest: BrokerUnderTest) {
    this.name = name;
    this.broker = broker;
    this.underTest = underTest;
  }

  static async open(name: BrokerName): Promise<Station> {
    const underTest = makers[name]();
    return new Station(name, await connections[name](underTest), underTest);
  }

  /** `key` order everywhere: on RabbitMQ that is a quorum queue with one active consumer. */
  async prepare(
    ...wanted: readonly Wanted[]
  ): Promise<{ address: string; subscriptions: readonly Subscription[] }> {
    return this.underTest.prepare(wanted.map((each) => ({ order: 'key', terminal: true, ...each })));
  }

  /** Takes deliveries from now on, and settles them as `take` says. */
  async consume(
    subscription: Subscription,
    take: (delivery: RawDelivery) => void,
  ): Promise<() => Promise<void>> {
    const consumer = this.broker.consumer(subscription, (deliveries) => deliveries.forEach(take));
    await consumer.start();
    return () => consumer.close();
  }

  async close(): Promise<void> {
    await this.broker.close();
    await this.underTest.close();
  }
}

/** One of each named broker; all are closed in the end. */
export async function withStations<T>(
  names: readonly BrokerName[],
  work: (stations: readonly Station[]) => Promise<T>,
): Promise<T> {
  const stations: Station[] = [];
  try {
    for (const name of names) stations.push(await Station.open(name));
    return await work(stations);
  } finally {
    for (const station of stations) await station.close();
  }
}
