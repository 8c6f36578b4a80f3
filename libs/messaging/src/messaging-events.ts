import type { Failure, Origin } from './broker.js';
import type { Envelope } from './message.js';

interface AboutDelivery {
  readonly broker: string;
  readonly subscription: string;
  readonly origin: Origin;
  /** Absent when the envelope could not be read. */
  readonly envelope?: Envelope;
  /** `traceparent` of the run that ended so, where it was recorded. */
  readonly attempt?: string;
}

/** Everything this library tells; log lines, metrics and spans are derived from it elsewhere. */
export type MessagingEvent =
  | ({
      readonly kind: 'handled';
      readonly outcome: 'done' | 'ignore';
      readonly elapsedMs: number;
      /** Runs it took, this one included; what was put off without a failure is none. */
      readonly attempts: number;
    } & AboutDelivery)
  | ({ readonly kind: 'duplicate' } & AboutDelivery)
  /** Put off: through a retry address, or `parked` at the head of its key. */
  | ({
      readonly kind: 'retryLater';
      readonly because: string;
      readonly attempts: number;
      readonly afterMs: number;
      readonly where: 'broker' | 'parked';
    } & AboutDelivery)
  /** Behind an earlier message of its key that waits or is dead. */
  | ({
      readonly kind: 'parked';
      /** `traceparent` of that message's first run. */
      readonly behind?: string;
    } & AboutDelivery)
  | ({ readonly kind: 'deadLettered'; readonly failure: Failure } & AboutDelivery)
  /** Delivered at most once, and gone: its handler failed, or it could not be read. */
  | ({ readonly kind: 'lost'; readonly because: string } & AboutDelivery)
  /** It cannot be read, and is passed over: nothing is written for it. Told again whenever it is read again. */
  | ({ readonly kind: 'passedOver'; readonly because: string } & AboutDelivery)
  /** Messages were read and others written in one transaction of the broker's. */
  | {
      readonly kind: 'transaction';
      readonly subscription: string;
      readonly read: number;
      readonly written: number;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: 'batchSplit';
      readonly subscription: string;
      readonly size: number;
      readonly because: string;
    }
  | {
      readonly kind: 'infrastructure';
      readonly subscription: string;
      readonly because: string;
      readonly waitMs: number;
    }
  /** A person's operation on a message of the subscription was carried out, or had been before. */
  | {
      readonly kind: 'operation';
      readonly broker: string;
      readonly subscription: string;
      readonly operation: 'replay' | 'correct' | 'discard';
      readonly operationId: string;
      readonly messageId: string;
      readonly actor: string;
      readonly envelope: Envelope;
      /** `traceparent` of the message's first run. */
      readonly attempt?: string;
    }
  /** In hand when a process died; run alone. `deaths`: how often the process died of it alone. */
  | {
      readonly kind: 'suspect';
      readonly subscription: string;
      readonly messageId: string;
      readonly deaths: number;
    }
  | {
      readonly kind: 'breaker';
      readonly subscription: string;
      readonly state: 'closed' | 'open' | 'half-open';
      readonly because: string;
    }
  /** A person has paused it or let it go on. */
  | {
      readonly kind: 'standing';
      readonly subscription: string;
      readonly state: 'running' | 'paused';
    }
  /** Work is held or waits and nothing moves. */
  | {
      readonly kind: 'wedged';
      readonly subscription: string;
      readonly because: string;
      readonly remedy: 'rebuilt' | 'none';
    }
  /** Rows of the outbox were sent; what was not confirmed stays there. */
  | {
      readonly kind: 'published';
      readonly broker: string;
      /** Confirmed. */
      readonly count: number;
      readonly refused: number;
      readonly unknown: number;
      readonly elapsedMs: number;
    }
  /** What waits in the outbox, and who holds it back: transactions open for more than a second, the oldest first. */
  | {
      readonly kind: 'outbox';
      readonly rows: number;
      /** Of these, rows that a broker will not take. */
      readonly refused: number;
      /** Of the oldest row that only the relay or its broker keeps waiting. */
      readonly oldestAgeMs: number;
      readonly heldBackBy: readonly { readonly pid: number; readonly ageMs: number }[];
    }
  | {
      readonly kind: 'publishFailed';
      readonly broker: string;
      readonly status: 'refused' | 'unknown';
      readonly because: string;
    }
  /** Sent without asking for an answer, and known not to have arrived; what is not known is not counted. */
  | {
      readonly kind: 'publishLost';
      readonly broker: string;
      readonly address: string;
      readonly count: number;
      readonly because: string;
    }
  | {
      readonly kind: 'connection';
      readonly broker: string;
      /** Every `blocked` is followed by one `unblocked`, at the latest when the connection ends. */
      readonly state: 'connected' | 'lost' | 'rebuilt' | 'blocked' | 'unblocked';
      readonly because?: string;
    }
  /** A question over a broker is settled. */
  | {
      readonly kind: 'asked';
      readonly broker: string;
      readonly queue: string;
      readonly outcome: 'answered' | 'failed' | 'timedOut' | 'notSent' | 'lost' | 'cancelled';
    }
  /** An answer was dropped: nobody waited for it any more. */
  | { readonly kind: 'answeredLate'; readonly broker: string };

/** Must not throw and must return at once. */
export interface MessagingEvents {
  emit(event: MessagingEvent): void;
}
