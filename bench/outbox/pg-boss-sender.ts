import { PgBoss } from 'pg-boss';
import { queueName, type Job } from './pg-boss-queue.ts';
import { jobsToKafka } from './send-jobs.ts';
import type { StartSender } from './sender.ts';

/**
 * As its documentation advises for throughput: large batches, fetched one after the other while they come back full,
 * several workers, and NOTIFY so that none of them sleeps.
 */
export const startSender: StartSender = async ({ databaseUrl, owner }, sent) => {
  const kafka = jobsToKafka(owner, sent);
  const boss = new PgBoss({ connectionString: databaseUrl, schedule: false, useListenNotify: true });
  boss.on('error', console.error);
  await boss.start();
  const options = {
    batchSize: 1_000,
    burstWhenBatchFull: true,
    localConcurrency: 4,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
  };
  const worker = await boss.work<Job>(queueName, options, (jobs) => kafka.send(jobs.map(({ data }) => data)));
  return {
    wake: () => boss.notifyWorker(worker),
    stop: async () => {
      await boss.stop({ graceful: true, timeout: 1_000 });
      await kafka.close();
    },
  };
};
