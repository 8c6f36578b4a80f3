import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

const path = 'kafkajs/src/network/requestQueue';
const { prototype } = createRequire(import.meta.url)(path) as { prototype: RequestQueue };
const schedule = prototype.scheduleCheckPendingRequests;

/**
 * kafkajs 2.2.4 re-arms its check for throttled requests even when none waits, with a delay below zero: every
 * connection wakes the process each millisecond for ever, and Node warns of a negative timeout. Armed only when
 * something waits; a throttle with nothing waiting is looked at again by the next push.
 */
export function stopIdleTimers(): void {
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
