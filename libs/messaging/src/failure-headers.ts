import type { Failure, Origin } from './broker.js';

const maxStackBytes = 8 * 1024;
const maxMessageBytes = 1024;

/**
 * Why a message was set aside, as headers. Always the same names, so that the failure of a replayed message takes the
 * place of the earlier one; capped, so that a long stack cannot make a dead letter unsendable.
 */
export function failureHeaders(
  failure: Failure,
  origin: Origin,
  subscription: string,
): Record<string, string> {
  return {
    'waybill-failure-reason': capped(failure.because, maxMessageBytes),
    'waybill-failure-type': capped(failure.errorType, maxMessageBytes),
    'waybill-failure-message': capped(failure.message, maxMessageBytes),
    'waybill-failure-stack': capped(failure.stack, maxStackBytes),
    'waybill-attempts': String(failure.attempts),
    'waybill-first-failed-at': failure.firstFailedAt,
    'waybill-last-failed-at': failure.lastFailedAt,
    'waybill-original-address': origin.address,
    'waybill-subscription': subscription,
  };
}

/** At most `maxBytes` of UTF-8, never half a character. */
function capped(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
}
