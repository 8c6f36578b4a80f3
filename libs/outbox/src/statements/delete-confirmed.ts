import { heldLeases } from './held-leases.js';

/** Removes confirmed rows (shares $4, numbers $5), all in one statement, under the fence. */
export const deleteConfirmed = `${heldLeases}
  DELETE FROM outbox
  USING held, unnest($4::smallint[], $5::bigint[]) AS sent (partition, number)
  WHERE outbox.broker = $1 AND outbox.partition = sent.partition AND outbox.number = sent.number
    AND held.partition = sent.partition`;
