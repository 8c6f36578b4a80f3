import { kafkaBroker } from '@waybill/messaging-kafka';
import { benchBrokers } from '../contest/bench-kafka.ts';
import type { Job } from './pg-boss-queue.ts';

export interface JobsToKafka {
  /** Confirmed when it resolves. */
  send(jobs: readonly Job[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Jobs get the adapter's publisher: it gathers what is sent at the same time into one batch, without which kafkajs would
 * send each job's message alone.
 */
export function jobsToKafka(owner: string, sent: (count: number) => void): JobsToKafka {
  const broker = kafkaBroker({ brokers: benchBrokers(), clientId: owner });
  const publisher = broker.publisher('jobs');
  return {
    send: async (jobs) => {
      const results = await publisher.publish(jobs.map(outgoing));
      const lost = results.find(({ status }) => status !== 'confirmed');
      if (lost) throw new Error(JSON.stringify(lost));
      sent(jobs.length);
    },
    close: () => broker.close(),
  };
}

const outgoing = ({ topic, key, headers, body }: Job) => ({
  address: topic,
  message: { key, attributes: {}, headers, body: Buffer.from(body) },
});
