import type { IdempotencyStore, InboxClaim, InboxVerdict, SqlTransaction } from '@waybill/messaging';
import { distinctClaims } from './distinct-claims.js';
import { insertBody } from './statements/insert-body.js';
import { insertClaims } from './statements/insert-claims.js';
import { selectDifferentBodies } from './statements/select-different-bodies.js';
import { selectHandledAt } from './statements/select-handled-at.js';
import { selectKnown } from './statements/select-known.js';

/**
 * The inbox in the consumer's own database (`sql/inbox.sql`). A claim lives and dies with the caller's transaction;
 * ids are lower-case UUIDs, each at most once per call. One statement for a batch of new messages, two when some are
 * known.
 */
export class PostgresInbox implements IdempotencyStore {
  async claim(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    if (claims.length === 0) return new Map();
    const parameters = parametersOf(subscription, distinctClaims(subscription, claims));
    const fresh = idsOf(await transaction.query<IdRow>(insertClaims, parameters));
    const known = claims.filter(({ messageId }) => !fresh.has(messageId));
    const different = await differentBodies(subscription, known, transaction);
    return new Map(claims.map(({ messageId }) => [messageId, verdictOn(messageId, fresh, different)]));
  }

  async known(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    if (claims.length === 0) return new Map();
    const ids = claims.map(({ messageId }) => messageId);
    const handled = idsOf(await transaction.query<IdRow>(selectKnown, [subscription, ids]));
    const known = claims.filter(({ messageId }) => handled.has(messageId));
    const different = await differentBodies(subscription, known, transaction);
    return new Map(known.map(({ messageId }) => [messageId, verdictOn(messageId, new Set(), different)]));
  }

  async handledAt(
    subscription: string,
    messageId: string,
    transaction: SqlTransaction,
  ): Promise<Date | undefined> {
    const [row] = await transaction.query<{ at: Date }>(selectHandledAt, [subscription, messageId]);
    return row?.at;
  }

  async admitBody(
    subscription: string,
    { messageId, bodyHash }: InboxClaim,
    operationId: string,
    transaction: SqlTransaction,
  ): Promise<void> {
    await transaction.execute(insertBody, [subscription, messageId, bodyHash, operationId]);
  }
}

interface IdRow {
  readonly id: string;
}

async function differentBodies(
  subscription: string,
  known: readonly InboxClaim[],
  transaction: SqlTransaction,
): Promise<ReadonlySet<string>> {
  if (known.length === 0) return new Set();
  return idsOf(await transaction.query<IdRow>(selectDifferentBodies, parametersOf(subscription, known)));
}

function verdictOn(id: string, fresh: ReadonlySet<string>, different: ReadonlySet<string>): InboxVerdict {
  if (fresh.has(id)) return 'new';
  return different.has(id) ? 'different-body' : 'duplicate';
}

function parametersOf(subscription: string, claims: readonly InboxClaim[]): unknown[] {
  return [subscription, claims.map(({ messageId }) => messageId), claims.map(({ bodyHash }) => bodyHash)];
}

function idsOf(rows: readonly IdRow[]): ReadonlySet<string> {
  return new Set(rows.map(({ id }) => id));
}
