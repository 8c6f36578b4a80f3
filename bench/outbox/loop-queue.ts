import { toHeaders } from './loop-headers.ts';
import type { Events, Queue } from './queue.ts';

/** As simple as an outbox can be. */
export const loopQueue: Queue = {
  name: 'hand-written loop',
  sender: new URL('loop-sender.ts', import.meta.url).href,
  tables: `
    CREATE TABLE waiting (
      number  bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      topic   text   NOT NULL,
      key     text   NOT NULL,
      headers jsonb  NOT NULL,
      body    bytea  NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)`,
  fill: async (events, topic, pool) =>
    void (await pool.query(
      `INSERT INTO waiting (topic, key, headers, body)
       SELECT $1, * FROM unnest($2::text[], $3::jsonb[], $4::bytea[])`,
      [topic, ...columnsOf(events)],
    )),
  countLeft: (latest) => `
    SELECT count(*)::int AS left FROM waiting
    WHERE number > (SELECT last_value FROM waiting_number_seq) - ${latest}`,
  keepsKeyOrder: true,
};

const columnsOf = (events: Events): unknown[] => [
  events.map(({ key }) => key),
  toHeaders(events).map((headers) => JSON.stringify(headers)),
  events.map(({ contract, payload }) => contract.encode(payload)),
];
