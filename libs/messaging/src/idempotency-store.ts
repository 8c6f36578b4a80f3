import type { SqlTransaction } from './sql-transaction.js';

/** A message about to be handled, as the store knows it. */
export interface InboxClaim {
  readonly messageId: string;
  /** sha-256 of the body: the same id with another body is an error, not a duplicate. */
  readonly bodyHash: Uint8Array;
}

/** `busy`: somebody else is handling it just now, under a lease; it is put back and spends no attempt. */
export type InboxVerdict = 'new' | 'duplicate' | 'different-body' | 'busy';

/**
 * Remembers which messages a subscription has handled. Kept in the caller's database, the claim lives and dies with the
 * transaction, so that effect and memory are one commit; two claims of one id at once: the second waits for the first's
 * end. Kept elsewhere it is a `LeasingStore`.
 */
export interface IdempotencyStore {
  /** `owner` names the run that claims: unlike any other run, in this process or another. */
  claim(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
    owner: string,
  ): Promise<ReadonlyMap<string, InboxVerdict>>;
  /** What is known of these ids without claiming any: `duplicate` or `different-body`; unknown ones are left out. */
  known(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>>;
  /** When it was handled; nothing when it was not. Absent where no times are kept. */
  handledAt?(subscription: string, messageId: string, transaction: SqlTransaction): Promise<Date | undefined>;
  /** A person has corrected the message: this body too is a known one from now on. */
  admitBody(
    subscription: string,
    claim: InboxClaim,
    operationId: string,
    transaction: SqlTransaction,
  ): Promise<void>;
}

/**
 * A store outside the caller's database. A claim is a lease of its owner, which the store renews by itself until the
 * claim is ended: by `complete`, `release`, or the end of the process, after which it runs out and anybody may take it.
 *
 * Effect and memory are two commits, so this store alone promises no more than at least once: who dies between the two
 * has the message handled again. Its handlers must be safe twice.
 */
export interface LeasingStore extends IdempotencyStore {
  /**
   * Before the commit of the effects: these claims are still the owner's, and for a full lease from now. Rejects,
   * with an infrastructure error, when one was lost, so that the effects are rolled back.
   */
  confirm(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void>;
  /**
   * After the commit of the effects: these are handled. Safe to call again when it has failed. Changes nothing about a
   * claim that somebody else has taken meanwhile: it is theirs to end.
   */
  complete(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void>;
  /** The run came to nothing: whoever gets the message next may handle it. Changes nothing about claims of others. */
  release(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void>;
}

export const leases = (store: IdempotencyStore): store is LeasingStore => 'complete' in store;
