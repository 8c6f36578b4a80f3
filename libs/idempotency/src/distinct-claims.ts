import type { InboxClaim } from '@waybill/messaging';
import { RepeatedClaimError } from './idempotency.errors.js';

/** The claims as they came, or a `RepeatedClaimError`. */
export function distinctClaims(subscription: string, claims: readonly InboxClaim[]): readonly InboxClaim[] {
  const seen = new Set<string>();
  for (const { messageId } of claims) {
    if (seen.has(messageId)) throw new RepeatedClaimError(subscription, messageId);
    seen.add(messageId);
  }
  return claims;
}
