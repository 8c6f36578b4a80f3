import { runMigrations } from 'graphile-worker';
import { jobsOf } from './pg-boss-queue.ts';
import { quiet } from './graphile-sender.ts';
import type { Queue } from './queue.ts';

export const graphileQueue: Queue = {
  name: 'graphile-worker, batched',
  sender: new URL('graphile-sender.ts', import.meta.url).href,
  prepare: (connectionString) => runMigrations({ connectionString, logger: quiet }),
  fill: async (events, topic, pool) => {
    const specs = jobsOf(events, topic).map((payload) => ({ identifier: 'send', payload }));
    await pool.query(addJobs, [JSON.stringify(specs)]);
  },
  countLeft: () => 'SELECT count(*)::int AS left FROM graphile_worker._private_jobs',
  keepsKeyOrder: false,
};

const addJobs = `
  SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
    SELECT json_populate_record(NULL::graphile_worker.job_spec, spec) FROM json_array_elements($1::json) AS spec))`;
