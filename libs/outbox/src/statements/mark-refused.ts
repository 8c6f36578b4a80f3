import { heldLeases } from './held-leases.js';

/**
 * Marks rows the broker will not take (shares $4, numbers $5, reasons $6), under the fence. They are tried again after
 * $7 ms, then twice as long each time, at most $8 ms: someone may raise a limit or bind a queue.
 */
export const markRefused = `${heldLeases}
  UPDATE outbox
  SET refused_at = coalesce(refused_at, now()), refused_because = refused.because, refusals = least(refusals + 1, 1000),
      due_at = now() + least($7::int * power(2, least(refusals, 20)), $8::int) * interval '1 ms'
  FROM held, unnest($4::smallint[], $5::bigint[], $6::text[]) AS refused (partition, number, because)
  WHERE outbox.broker = $1 AND outbox.partition = refused.partition AND outbox.number = refused.number
    AND held.partition = refused.partition`;
