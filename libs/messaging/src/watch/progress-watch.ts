import type { Clock } from '../clock.js';
import type { Subscription } from '../subscription.js';

/** How long a subscription may stand still with work before that is told. */
export interface Patience {
  /** Between two looks. Default 5,000. */
  readonly lookEveryMs: number;
  /** Beyond a handler's own limit: nothing that works takes longer between two steps. Default 30,000. */
  readonly beyondHandlerMs: number;
}

export const defaultPatience: Patience = { lookEveryMs: 5_000, beyondHandlerMs: 30_000 };

/** Standing still for so long with work is wedged. */
export const wedgedAfterMs = (
  { handlerTimeoutMs }: Pick<Subscription, 'handlerTimeoutMs'>,
  { beyondHandlerMs }: Patience = defaultPatience,
): number => handlerTimeoutMs + beyondHandlerMs;

/** What a subscription shows of itself to whoever asks whether it moves. */
export interface Movement {
  /** Deliveries in hand. */
  readonly held: number;
  /** Messages that the broker holds for it; nothing when that is unknown. */
  readonly waiting: number | undefined;
  /** Stands still on purpose: draining, paused, or its flood breaker is open. */
  readonly resting: boolean;
}

/**
 * Wedged: work is in hand, or waits at the broker, and for `patienceMs` no step has finished. A process can be alive and
 * answer its health checks all the while; only progress tells.
 */
export class ProgressWatch {
  private movedAtMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly patienceMs: number,
  ) {
    this.movedAtMs = clock.now();
  }

  /** A delivery came, or one was finished. */
  moved(): void {
    this.movedAtMs = this.clock.now();
  }

  /** Why it counts as wedged; nothing while it moves, or has nothing to do. */
  wedged({ held, waiting, resting }: Movement): string | undefined {
    const idle = held === 0 && !waiting;
    if (idle || resting) return void this.moved();
    const stillMs = this.clock.now() - this.movedAtMs;
    if (stillMs <= this.patienceMs) return undefined;
    const work = held > 0 ? `${held} deliveries in hand` : `${waiting} messages waiting`;
    return `${work}, and no step finished for ${Math.round(stillMs / 1_000)} s`;
  }
}
