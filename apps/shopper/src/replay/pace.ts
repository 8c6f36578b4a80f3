import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Items a second; as fast as they are taken when absent. */
  rate?: number;
  stop: AbortSignal;
}

/**
 * Hands item i out at start + i/rate. The times are fixed beforehand: a taker who was late gets the items it
 * missed at once, so that a slow system does not lower the load that it is measured under.
 */
export async function* pace<T>(items: AsyncIterable<T>, { rate, stop }: Pace): AsyncGenerator<T> {
  const startMs = performance.now();
  let index = 0;
  for await (const item of items) {
    if (rate) await pauseUntil(startMs + dueMs(index, rate), stop);
    if (stop.aborted) return;
    index += 1;
    yield item;
  }
}

export const dueMs = (index: number, rate: number): number => (index * 1000) / rate;

/** Node's timers may fire a millisecond early, hence the loop. */
async function pauseUntil(atMs: number, stop: AbortSignal): Promise<void> {
  while (performance.now() < atMs && !stop.aborted) await pause(Math.ceil(atMs - performance.now()), stop);
}

/** Ends early, without an error, when stopped. */
export async function pause(durationMs: number, stop: AbortSignal): Promise<void> {
  if (durationMs <= 0 || stop.aborted) return;
  await sleep(durationMs, undefined, { signal: stop }).catch((cause: unknown) => {
    if (!stop.aborted) throw cause;
  });
}
