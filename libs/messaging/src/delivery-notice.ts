import type { Origin } from './broker.js';
import type { Envelope } from './message.js';
import type { SqlTransaction } from './sql-transaction.js';

/**
 * What a consumer tells the world about one message, on the address `deliveries`: that it did not go straight through,
 * and how an operation on it ended (`receipt`).
 */
export interface DeliveryNotice {
  readonly kind: 'retried' | 'parked' | 'dead-lettered' | 'receipt';
  readonly subscription: string;
  /** Of the message it is about. */
  readonly messageId: string;
  readonly type: string;
  /** CloudEvents subject, such as the order's id. */
  readonly subject: string;
  /** Of the run that it tells of, where that was recorded; else the one the message was created in. */
  readonly traceparent?: string;
  readonly address: string;
  readonly at: string;
  readonly because?: string;
  readonly attempts?: number;
  /** `retried`, and `parked` at the head of its key. */
  readonly dueAt?: string;
  /** `parked` behind the head of its key: that head's id. */
  readonly parkedBehind?: string;
  readonly operationId?: string;
  /** `receipt` only. */
  readonly result?: 'handled' | 'no-op' | 'failed again' | 'discarded';
}

/** Writes notices in the transaction of what they tell of; the outbox then sends them. */
export type Announce = (notices: readonly DeliveryNotice[], transaction: SqlTransaction) => Promise<void>;

type About = Pick<DeliveryNotice, 'subscription' | 'messageId' | 'type' | 'subject' | 'address' | 'at'> &
  Partial<DeliveryNotice>;

/** The part of a notice that says which message it is about. */
export function noticeAbout(
  { id, type, subject, traceparent }: Envelope,
  { address }: Pick<Origin, 'address'>,
  subscription: string,
  atMs: number,
): About {
  return {
    subscription,
    messageId: id,
    type,
    subject,
    address,
    at: new Date(atMs).toISOString(),
    ...(traceparent && { traceparent }),
  };
}
