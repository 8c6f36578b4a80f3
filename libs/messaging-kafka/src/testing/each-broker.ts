import kafkajs, { type Admin } from 'kafkajs';
import { connect } from 'node:net';
import { testBrokers } from './test-environment.js';

/** A broker hears of a topic in its own time: here each is asked for itself, whomever kafkajs means to ask. */
export class EachBroker {
  private constructor(private readonly admins: readonly Admin[]) {}

  static async open(): Promise<EachBroker> {
    const admins = testBrokers().map((broker) => adminOf(broker));
    await Promise.all(admins.map((admin) => admin.connect()));
    return new EachBroker(admins);
  }

  /** Whether all of them know who leads each of its partitions. */
  async knows(topic: string): Promise<boolean> {
    const asked = this.admins.map(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]!.partitions.every(({ leader }) => leader > 0);
    });
    const answers = await Promise.allSettled(asked);
    return answers.every((answer) => answer.status === 'fulfilled' && answer.value);
  }

  async close(): Promise<void> {
    await Promise.all(this.admins.map((admin) => admin.disconnect()));
  }
}

function adminOf(broker: string): Admin {
  const [host, port] = broker.split(':') as [string, string];
  return new kafkajs.Kafka({
    brokers: [broker],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
    socketFactory: ({ onConnect }) => connect({ host, port: Number(port) }, onConnect),
  }).admin();
}
