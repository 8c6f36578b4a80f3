import { MessagingError } from '@waybill/messaging';

/** One call claimed an id twice: a verdict per id could not tell the copies apart, and both would run. */
export class RepeatedClaimError extends MessagingError {
  constructor(subscription: string, messageId: string) {
    super('WAYBILL_INBOX_REPEATED_CLAIM', `${subscription}: message ${messageId} is claimed twice at once`, {
      kind: 'bug',
    });
  }
}

/** A copy may come as late as a broker keeps messages; forgetting earlier would handle it again. */
export class RetentionTooShortError extends MessagingError {
  constructor(days: number, shortestDays: number) {
    super(
      'WAYBILL_INBOX_RETENTION_TOO_SHORT',
      `inbox rows must be kept at least ${shortestDays} days, not ${days}`,
      { kind: 'bug' },
    );
  }
}
