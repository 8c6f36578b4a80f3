import type { Backlog } from './backlog.js';

/** What has limits. */
export type Measure = 'outboxAgeMs' | 'outboxRows' | 'queueDepth';

export interface Limits extends Readonly<Record<Measure, { readonly slow: number; readonly shed: number }>> {
  /** The wait of an order when a measure is about to reach its `shed`. */
  readonly longestDelayMs: number;
}

/** A measure at or above its limit, or not yet back below the level at which the limit is lifted. */
export interface Excess {
  readonly measure: Measure;
  readonly value: number;
  readonly limit: number;
  readonly calmBelow: number;
}

/**
 * `open` –any measure at its `slow` limit→ `slowing` –any at its `shed` limit→ `shedding`. A state is left only when every
 * measure is a fifth below the limit that led to it, so that a backlog that sways around a limit does not make the API
 * sway with it. `shedding` is left for whichever of the others then holds.
 */
export type Pressure =
  | { readonly kind: 'open' }
  | { readonly kind: 'slowing'; readonly delayMs: number; readonly because: readonly Excess[] }
  | { readonly kind: 'shedding'; readonly retryAfterSeconds: number; readonly because: readonly Excess[] };

/** Pure: the state so far and what waits in, the state from now on out. What is unknown puts on no pressure. */
export function decide(before: Pressure, backlog: Backlog, limits: Limits): Pressure {
  const toShed = excesses('shed', before.kind === 'shedding', backlog, limits);
  if (toShed.length > 0)
    return { kind: 'shedding', retryAfterSeconds: retryAfterSeconds(toShed), because: toShed };
  const toSlow = excesses('slow', before.kind !== 'open', backlog, limits);
  if (toSlow.length > 0) return { kind: 'slowing', delayMs: delayMs(toSlow, limits), because: toSlow };
  return { kind: 'open' };
}

const calmShare = 0.8;

function excesses(
  step: 'slow' | 'shed',
  held: boolean,
  { outbox, queueDepth }: Backlog,
  limits: Limits,
): Excess[] {
  const known = [
    ['outboxAgeMs', outbox?.oldestAgeMs],
    ['outboxRows', outbox?.rows],
    ['queueDepth', queueDepth?.messages],
  ] as const;
  return known.flatMap(([measure, value]) => {
    const limit = limits[measure][step];
    const calmBelow = limit * calmShare;
    const over = value !== undefined && value >= (held ? calmBelow : limit);
    return over ? [{ measure, value, limit, calmBelow }] : [];
  });
}

const leastShare = 0.05;

/** Grows in proportion from a twentieth at `slow` to the whole at `shed`: the nearer the end, the stronger the brake. */
function delayMs(because: readonly Excess[], limits: Limits): number {
  const shares = because.map(({ measure, value }) => {
    const { slow, shed } = limits[measure];
    return (value - slow) / (shed - slow);
  });
  return Math.round(limits.longestDelayMs * Math.max(leastShare, ...shares));
}

const atLimitSeconds = 2;
const longestSeconds = 30;

/** The further over, the longer it takes to work off. */
function retryAfterSeconds(because: readonly Excess[]): number {
  const times = Math.max(...because.map(({ value, limit }) => value / limit));
  return Math.min(longestSeconds, Math.ceil(atLimitSeconds * times));
}
