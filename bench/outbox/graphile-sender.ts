import { Logger, run } from 'graphile-worker';
import type { Job } from './pg-boss-queue.ts';
import { jobsToKafka } from './send-jobs.ts';
import type { StartSender } from './sender.ts';

export const quiet = new Logger(() => () => undefined);

/**
 * As its documentation advises for throughput: jobs are fetched into a local queue and completed in batches, and as many
 * run side by side as make a good batch for Kafka.
 */
export const startSender: StartSender = async ({ databaseUrl, owner }, sent) => {
  const kafka = jobsToKafka(owner, sent);
  const runner = await run({
    connectionString: databaseUrl,
    taskList: { send: (job) => kafka.send([job as Job]) },
    noHandleSignals: true,
    logger: quiet,
    preset: {
      worker: {
        concurrentJobs: 500,
        maxPoolSize: 10,
        pollInterval: 1_000,
        preparedStatements: true,
        localQueue: { size: 1_000 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  });
  return {
    wake: () => undefined,
    stop: async () => {
      await runner.stop();
      await kafka.close();
    },
  };
};
