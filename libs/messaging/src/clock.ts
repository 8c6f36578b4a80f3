/** Time as a port, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node fires a timer at once that is set for longer. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    let leftMs = ms;
    for (; leftMs > longestTimerMs && !signal?.aborted; leftMs -= longestTimerMs)
      await timer(longestTimerMs, signal);
    await timer(leftMs, signal);
  },
};

const countedAheadMs = 1_000;
let beganAtMs = performance.timeOrigin;

/**
 * For lengths of time, such as a lease's: the system's clock may be set back, and whatever should have ended would go on
 * for that much longer. A step ahead counts: a machine that slept has not counted the time itself.
 */
export const steadyClock: Clock = {
  now: () => {
    const sinceMs = performance.now();
    const aheadMs = Date.now() - (beganAtMs + sinceMs);
    if (aheadMs > countedAheadMs) beganAtMs += aheadMs;
    return beganAtMs + sinceMs;
  },
  wait: systemClock.wait,
};

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timeout = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
