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
 * end. Kept elsewhere (Redis), the claim is a lease that `complete` turns into memory and `release` gives up.
 */
export interface IdempotencyStore {
  claim(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
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
  /** After the commit that holds the effects. Absent where the claim is part of that commit. */
  complete?(subscription: string, messageIds: readonly string[]): Promise<void>;
  /** The run came to nothing: whoever gets the message next may handle it. Absent where a rollback does that. */
  release?(subscription: string, messageIds: readonly string[]): Promise<void>;
}
