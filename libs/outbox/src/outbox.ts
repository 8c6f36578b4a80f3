import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import type { NewMessage, OutboxRoutes } from './new-message.js';
import { rowsOf, type OutboxRow } from './outbox-rows.js';
import { insertRows } from './statements/insert-rows.js';

export interface OutboxOptions {
  /** CloudEvents source of every message: `/waybill/order`. */
  readonly source: string;
  readonly routes: OutboxRoutes;
  /** Told after each commit that wrote rows; normally this process's `OutboxRelay`. */
  readonly relay?: { poke(): void };
}

/**
 * Announces messages in the transaction of the change they tell of: they exist if and only if it commits. Rows of the
 * whole transaction are gathered and written in one statement just before COMMIT, so that the keys' locks are held for
 * as short as can be.
 */
export class Outbox {
  private readonly gathered = perTransaction<OutboxRow[]>((transaction) => {
    const { relay } = this.options;
    if (relay) transaction.afterCommit(() => relay.poke());
    return [];
  });

  constructor(private readonly options: OutboxOptions) {}

  /**
   * Encodes at once, so that a payload that fits no contract (its own error) or a type without a route
   * (`NoRouteError`) fails the caller; writes at commit.
   */
  async add(messages: readonly NewMessage[], transaction: SqlTransaction): Promise<void> {
    const { source, routes } = this.options;
    const rows = messages.flatMap((message) => rowsOf(message, source, routes));
    if (rows.length === 0) return;
    const gathered = this.gathered(transaction);
    // Emptied by each flush: what a later beforeCommit hook adds is flushed again, not lost.
    if (gathered.length === 0) transaction.beforeCommit(() => flush(gathered, transaction));
    gathered.push(...rows);
  }
}

async function flush(gathered: OutboxRow[], transaction: SqlTransaction): Promise<void> {
  const rows = gathered.splice(0);
  await transaction.execute(insertRows, [
    rows.map(({ destination }) => destination.broker),
    rows.map(({ destination }) => destination.address),
    rows.map(({ key }) => key),
    rows.map(({ partition }) => partition),
    rows.map(({ id }) => id),
    rows.map(({ attributes }) => attributes),
    rows.map(({ headers }) => headers),
    rows.map(({ body }) => body),
    rows.map(({ destination }) => destination.priority ?? null),
    rows.map(({ dueAt }) => dueAt),
    laterOfSameKey(rows),
  ]);
}

/** Per row, how many rows behind it share its destination and key: its sequence is the last one drawn, less these. */
function laterOfSameKey(rows: readonly OutboxRow[]): number[] {
  const later = new Map<string, number>();
  const counted = rows.toReversed().map(({ destination: { broker, address }, key }) => {
    const place = JSON.stringify([broker, address, key]);
    const count = later.get(place) ?? 0;
    later.set(place, count + 1);
    return count;
  });
  return counted.reverse();
}
