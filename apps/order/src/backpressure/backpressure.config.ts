import { setting } from '@waybill/service-kit';
import type { z } from 'zod';
import type { Limits } from './pressure.js';

/** From `SLOW` on, orders wait before they are taken; from `SHED` on, they are answered 503. */
export const backpressureSettings = {
  /** How long the oldest message may wait in the outbox for its broker. */
  BACKPRESSURE_SLOW_OUTBOX_AGE_MS: setting.durationMs(1).default(5_000),
  BACKPRESSURE_SHED_OUTBOX_AGE_MS: setting.durationMs(1).default(30_000),
  /** An order is three rows at first. */
  BACKPRESSURE_SLOW_OUTBOX_ROWS: setting.count(1, 100_000_000).default(20_000),
  BACKPRESSURE_SHED_OUTBOX_ROWS: setting.count(1, 100_000_000).default(100_000),
  /** Orders whose stock is still to be reserved. */
  BACKPRESSURE_SLOW_QUEUE_DEPTH: setting.count(1, 100_000_000).default(5_000),
  BACKPRESSURE_SHED_QUEUE_DEPTH: setting.count(1, 100_000_000).default(20_000),
  /** The wait of an order when shedding is near. Far below the patience of clients, and of a drain. */
  BACKPRESSURE_LONGEST_DELAY_MS: setting.durationMs(1, 10_000).default(1_000),
};

type Settings = { readonly [Name in keyof typeof backpressureSettings]: number };
type Refinement = [holds: (settings: Settings) => boolean, told: z.core.$ZodCustomParams];
type Limited = 'OUTBOX_AGE_MS' | 'OUTBOX_ROWS' | 'QUEUE_DEPTH';

/** For `refine`; checked also when other settings are wrong, so that all problems are told at once. */
export function slowsBeforeItSheds(limited: Limited): Refinement {
  const [slow, shed] = [`BACKPRESSURE_SLOW_${limited}`, `BACKPRESSURE_SHED_${limited}`] as const;
  const readable = ({ issues }: z.core.ParsePayload) =>
    !issues.some(({ path }) => path?.[0] === slow || path?.[0] === shed);
  const slowsFirst = (settings: Settings) => settings[slow] < settings[shed];
  const message = `more than ${slow}, so that clients are slowed before they are sent away`;
  return [slowsFirst, { path: [shed], message, when: readable }];
}

export function limitsOf(settings: Settings): Limits {
  return {
    outboxAgeMs: {
      slow: settings.BACKPRESSURE_SLOW_OUTBOX_AGE_MS,
      shed: settings.BACKPRESSURE_SHED_OUTBOX_AGE_MS,
    },
    outboxRows: {
      slow: settings.BACKPRESSURE_SLOW_OUTBOX_ROWS,
      shed: settings.BACKPRESSURE_SHED_OUTBOX_ROWS,
    },
    queueDepth: {
      slow: settings.BACKPRESSURE_SLOW_QUEUE_DEPTH,
      shed: settings.BACKPRESSURE_SHED_QUEUE_DEPTH,
    },
    longestDelayMs: settings.BACKPRESSURE_LONGEST_DELAY_MS,
  };
}
