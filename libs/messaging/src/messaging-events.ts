import type { Failure, Origin } from './broker.js';
import type { Envelope } from './message.js';

interface AboutDelivery {
  readonly subscription: string;
  readonly origin: Origin;
  /** Absent when the envelope could not be read. */
  readonly envelope?: Envelope;
}

/** Everything this library tells; log lines, metrics and spans are derived from it elsewhere. */
export type MessagingEvent =
  | ({
      readonly kind: 'handled';
      readonly outcome: 'done' | 'ignore';
      readonly elapsedMs: number;
    } & AboutDelivery)
  | ({ readonly kind: 'duplicate' } & AboutDelivery)
  | ({ readonly kind: 'retrying'; readonly because: string; readonly attempts: number } & AboutDelivery)
  | ({ readonly kind: 'retryLater'; readonly because: string; readonly afterMs: number } & AboutDelivery)
  | ({ readonly kind: 'deadLettered'; readonly failure: Failure } & AboutDelivery)
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
  | {
      readonly kind: 'published';
      readonly broker: string;
      readonly count: number;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: 'publishFailed';
      readonly broker: string;
      readonly status: 'refused' | 'unknown';
      readonly because: string;
    }
  | {
      readonly kind: 'connection';
      readonly broker: string;
      readonly state: 'connected' | 'lost' | 'rebuilt';
      readonly because?: string;
    };

/** Must not throw and must return at once. */
export interface MessagingEvents {
  emit(event: MessagingEvent): void;
}
