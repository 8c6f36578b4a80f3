import type { IdempotencyStore, InboxClaim, InboxVerdict, SqlTransaction } from '@waybill/messaging';
import { distinctClaims } from '../distinct-claims.js';

/**
 * The inbox of a `MemoryDatabase`: claims become known when their transaction commits and never when it fails. That
 * transactions of that database run one after the other stands in for waiting on a claimed id.
 */
export class MemoryInbox implements IdempotencyStore {
  private readonly bodies = new Map<string, string>();
  private readonly admitted = new Set<string>();

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

  async known(
    subscription: string,
    claims: readonly InboxClaim[],
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    const verdicts = claims.map(({ messageId, bodyHash }) => {
      const hash = Buffer.from(bodyHash).toString('hex');
      return [messageId, this.verdictOn(`${subscription} ${messageId}`, hash)] as const;
    });
    return new Map(verdicts.filter(([, verdict]) => verdict !== 'new'));
  }

  async admitBody(
    subscription: string,
    { messageId, bodyHash }: InboxClaim,
    _operationId: string,
    transaction: SqlTransaction,
  ): Promise<void> {
    const place = `${subscription} ${messageId} ${Buffer.from(bodyHash).toString('hex')}`;
    transaction.afterCommit(() => void this.admitted.add(place));
  }

  private verdictOn(place: string, hash: string): InboxVerdict {
    const known = this.bodies.get(place);
    if (known === undefined) return 'new';
    return known === hash || this.admitted.has(`${place} ${hash}`) ? 'duplicate' : 'different-body';
  }
}
