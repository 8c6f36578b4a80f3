import { setTimeout as pause } from 'node:timers/promises';
import type { Drains } from './drains.js';

/**
 * Drains, then closes what the drains needed. Rejects when a part failed, and when the grace period ends first,
 * naming what was still held; the caller then ends the process, and what was held is delivered again.
 */
export async function stopWithinGrace(
  drains: Drains,
  close: () => Promise<void>,
  graceMs: number,
): Promise<void> {
  const stopped = new AbortController();
  const stopping = drains.drainAll().finally(close);
  try {
    await Promise.race([stopping, graceEnds(drains, graceMs, stopped.signal)]);
  } finally {
    stopped.abort();
  }
}

async function graceEnds(drains: Drains, graceMs: number, stopped: AbortSignal): Promise<never> {
  const inTime = await pause(graceMs, false, { signal: stopped }).catch(() => true);
  if (inTime) return new Promise<never>(() => undefined);
  const held = drains.held().join(', ') || 'open connections';
  throw new Error(`not drained within ${graceMs} ms, still held: ${held}`);
}
