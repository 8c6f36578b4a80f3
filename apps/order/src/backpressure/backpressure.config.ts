import type { OrderSettings } from '../config.js';
import type { Limits } from './pressure.js';

export function limitsOf(settings: OrderSettings): Limits {
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
