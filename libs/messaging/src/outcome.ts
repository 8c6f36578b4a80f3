/** What a handler decided about one message. Made by the four functions below, never by hand. */
export type Outcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'retryLater';
      readonly afterMs?: number;
      readonly because: string;
      readonly spendsAttempt: boolean;
    }
  | { readonly kind: 'deadLetter'; readonly because: string }
  | { readonly kind: 'ignore'; readonly because: string };

/** Handled: its effects are committed with its inbox row. */
export const done = (): Outcome => ({ kind: 'done' });

/** Not now. Spends an attempt unless the message only met somebody else's lease or an unknown outcome. */
export const retryLater = (options: {
  readonly afterMs?: number;
  readonly because: string;
  readonly spendsAttempt?: boolean;
}): Outcome => ({ kind: 'retryLater', spendsAttempt: true, ...options });

/** Never: set aside for a person. */
export const deadLetter = (because: string): Outcome => ({ kind: 'deadLetter', because });

/** Nothing to do, on purpose; recorded as handled. */
export const ignore = (because: string): Outcome => ({ kind: 'ignore', because });

const kinds = new Set(['done', 'retryLater', 'deadLetter', 'ignore']);
const longestAfterMs = 366 * 86_400_000;

/**
 * An unknown value is a bug in the handler, never a silent success. So is a time that is none (a `Retry-After` that was no
 * number): it could not be written down, and the message would run again and again without spending an attempt.
 */
export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null || !kinds.has((value as Outcome).kind)) return false;
  const { afterMs = 0 } = value as { readonly afterMs?: unknown };
  return typeof afterMs === 'number' && afterMs > -Infinity && afterMs <= longestAfterMs;
}
