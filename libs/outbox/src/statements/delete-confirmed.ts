import { heldLeases } from './held-leases.js';
import { rowsNamed } from './rows-named.js';

/** Removes confirmed rows (shares $4, numbers $5), all in one statement, under the fence. */
export const deleteConfirmed = `${heldLeases}
  DELETE FROM outbox
  WHERE ctid = ANY (ARRAY(
    SELECT found.ctid FROM held
    JOIN unnest($4::smallint[], $5::bigint[]) AS named (partition, number) USING (partition)
    ${rowsNamed}))`;
