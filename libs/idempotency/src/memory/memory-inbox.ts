import type { IdempotencyStore, InboxClaim, InboxVerdict, SqlTransaction } from '@waybill/messaging';
import { distinctClaims } from '../distinct-claims.js';

/**
 * The inbox of a `MemoryDatabase`: claims become known when their transaction commits and never when it fails. That
 * transactions of that database run one after the other stands in for waiting on a claimed id.
 */
export class MemoryInbox implements IdempotencyStore {
  private readonly bodies = new Map<string, string>();

  async claim(
    subscription: string,
    claims: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    const verdicts = distinctClaims(subscription, claims).map((claim) => {
      const place = `${subscription} ${claim.messageId}`;
      const hash = Buffer.from(claim.bodyHash).toString('hex');
      const verdict = this.verdictOn(place, hash);
      if (verdict === 'new') transaction.afterCommit(() => void this.bodies.set(place, hash));
      return [claim.messageId, verdict] as const;
    });
    return new Map(verdicts);
  }

  private verdictOn(place: string, hash: string): InboxVerdict {
    const known = this.bodies.get(place);
    if (known === undefined) return 'new';
    return known === hash ? 'duplicate' : 'different-body';
  }
}
