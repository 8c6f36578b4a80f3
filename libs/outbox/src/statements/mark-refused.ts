import { heldLeases } from './held-leases.js';
import { rowsNamed } from './rows-named.js';

/**
 * Marks rows the broker will not take (shares $4, numbers $5, reasons $6), under the fence. They are tried again after
 * $7 ms, then twice as long each time, at most $8 ms: someone may raise a limit or bind a queue.
 */
export const markRefused = `${heldLeases}
  UPDATE outbox
  SET refused_at = coalesce(refused_at, now()), refused_because = refused.because, refusals = least(refusals + 1, 1000),
      due_at = now() + least($7::int * power(2, least(refusals, 20)), $8::int) * interval '1 ms'
  FROM (
    SELECT found.ctid AS place, named.because FROM held
    JOIN unnest($4::smallint[], $5::bigint[], $6::text[]) AS named (partition, number, because) USING (partition)
    ${rowsNamed}
  ) AS refused
  WHERE outbox.ctid = refused.place`;
