/** A process for tests, on the built libraries: adds up amounts per minute through a transactional lane until it is killed. */
import { TransactionalLane } from '@waybill/messaging-kafka';
import { sumsPerMinute } from './sums-per-minute.ts';

const { KAFKA_BROKERS, FROM, TO, GROUP } = process.env;
const lane = new TransactionalLane(
  { group: GROUP, from: FROM, process: (messages) => sumsPerMinute(messages, TO) },
  { brokers: KAFKA_BROKERS.split(','), clientId: 'summing', sessionTimeoutMs: 6_000 },
);
await lane.start();
