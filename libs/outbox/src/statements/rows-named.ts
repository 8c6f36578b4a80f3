/**
 * Finds the rows that `named` (partition, number) speaks of, one look into the primary key for each. OFFSET 0 keeps
 * the planner from turning this into a join: with a queue's statistics, gathered now when it is empty and now when it
 * is full, it would at times compare every waiting row with every named one.
 */
export const rowsNamed = `CROSS JOIN LATERAL (
      SELECT ctid FROM outbox
      WHERE broker = $1 AND partition = named.partition AND number = named.number
      OFFSET 0
    ) AS found`;
