import type { IdempotencyStore } from '../idempotency-store.js';
import type { SqlDatabase, SqlTransaction } from '../sql-transaction.js';
import { selectStanding } from './statements/select-standing.js';

/**
 * How one message stands with one subscription. `waiting`: it runs again by itself; `parked`: it waits for the head of its
 * key; `dead`: it waits for a person; `handled`: it never runs again, also because it was given up; `unknown`: it has not
 * come, is in hand for the first time, or is older than what is kept.
 */
export interface DeliveryState {
  readonly state: 'handled' | 'waiting' | 'parked' | 'dead' | 'unknown';
  /** Since when, ISO 8601; absent for `unknown`, and where the store of handled messages keeps no times. */
  readonly at?: string;
  /** `parked`: the head of its key. */
  readonly parkedBehind?: string;
}

export interface DeliverySources {
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
  /** `none`: without the tables of `sql/delivery-state.sql` only handled messages are known. Default `database`. */
  readonly deliveryState?: 'database' | 'none';
}

/** Rejects while the database cannot be asked. `messageId` is a UUID. */
export function findDelivery(
  subscription: string,
  messageId: string,
  { database, inbox, deliveryState = 'database' }: DeliverySources,
): Promise<DeliveryState> {
  const id = messageId.toLowerCase();
  return database.transaction(async (transaction) => {
    // In this order: what is handled between the two looks is seen by the second.
    const row = deliveryState === 'none' ? undefined : await standingOf(subscription, id, transaction);
    if (row?.parked) return stateOf(row);
    const handled = await handledState(subscription, id, inbox, transaction);
    return handled ?? (row ? stateOf(row) : { state: 'unknown' });
  });
}

interface StandingRow {
  readonly state: 'waiting' | 'parked' | 'dead';
  readonly at: Date;
  readonly behind: string | null;
  readonly parked: boolean;
}

async function standingOf(
  subscription: string,
  messageId: string,
  transaction: SqlTransaction,
): Promise<StandingRow | undefined> {
  const [row] = await transaction.query<StandingRow>(selectStanding, [subscription, messageId]);
  return row;
}

function stateOf({ state, at, behind }: StandingRow): DeliveryState {
  return { state, at: at.toISOString(), ...(behind && { parkedBehind: behind }) };
}

const anyBody = new Uint8Array();

async function handledState(
  subscription: string,
  messageId: string,
  inbox: IdempotencyStore,
  transaction: SqlTransaction,
): Promise<DeliveryState | undefined> {
  const claim = { messageId, bodyHash: anyBody };
  const verdict = (await inbox.known(subscription, [claim], transaction)).get(messageId);
  if (verdict === undefined) return undefined;
  if (verdict === 'busy') return { state: 'waiting' };
  const at = await inbox.handledAt?.(subscription, messageId, transaction);
  return { state: 'handled', ...(at && { at: at.toISOString() }) };
}
