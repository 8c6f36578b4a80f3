import { setTimeout as wait } from 'node:timers/promises';
import type { SqlTransaction } from '@waybill/messaging';

/** Of `order-events`, by partition: the offset up to which it is counted. */
export type Positions = ReadonlyMap<number, bigint>;

const patienceMs = 3_000;
const pollMs = 100;

const selectPositions = 'SELECT partition, next FROM sales_positions ORDER BY partition';
const setBack = 'UPDATE sales_positions SET next = $2 WHERE partition = $1';

/**
 * How far sales are counted, to be asked for while nobody counts. A position beyond what the lane has committed belongs to a
 * topic that is gone with its broker, in whose place another one begins at 0: it is set back, so that live counting goes on
 * from what the lane has committed there.
 */
export async function positionsWithin(
  committed: () => Promise<Positions>,
  transaction: SqlTransaction,
): Promise<Positions> {
  const rows = await transaction.query<{ partition: number; next: bigint }>(selectPositions);
  const counted = new Map(rows.map(({ partition, next }) => [partition, next]));
  for (const [partition, next] of await beyond(counted, committed)) {
    await transaction.execute(setBack, [partition, next]);
    counted.set(partition, next);
  }
  return counted;
}

/** The committed offsets of partitions that seem to be counted further than they were read. */
async function beyond(counted: Positions, committed: () => Promise<Positions>): Promise<Map<number, bigint>> {
  for (const until = Date.now() + patienceMs; ; await wait(pollMs)) {
    const read = await committed();
    const ahead = [...counted].filter(([partition, next]) => next > (read.get(partition) ?? 0n));
    // A transaction's records may be seen a moment before the offset that it commits.
    if (ahead.length === 0 || Date.now() > until)
      return new Map(ahead.map(([partition]) => [partition, read.get(partition) ?? 0n]));
  }
}
