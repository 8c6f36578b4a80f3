import type { SqlTransaction } from './sql-transaction.js';

/** A message about to be handled, as the inbox knows it. */
export interface InboxClaim {
  readonly messageId: string;
  /** sha-256 of the body: the same id with another body is an error, not a duplicate. */
  readonly bodyHash: Uint8Array;
}

export type InboxVerdict = 'new' | 'duplicate' | 'different-body';

/**
 * Remembers which messages a subscription has handled. The claim lives and dies with the caller's transaction, so
 * that effect and memory are one commit. Two claims of one id at once: the second waits for the first's end.
 */
export interface IdempotencyStore {
  claim(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>>;
}
