import type { AuditApi } from '../audit-api/audit-api.js';
import { pause } from '../replay/pace.js';
import { ShopperError } from '../shopper.errors.js';

/** Only `sent` where the audit did not answer in the end. */
export interface ActivityCounts {
  sent: number;
  counted?: number;
  /** Sent, and not counted by the time the counting was given up. */
  lost?: number;
  /** Counted beyond what was sent: at most once is broken. Not seen where as many others were lost. */
  doubled?: number;
}

export interface Counting {
  stop: AbortSignal;
  lookEveryMs?: number;
  /** Longer than partitions stand still when an audit was killed: 45 s, and the time to join. */
  lostAfterMs?: number;
}

/** Nobody is to wonder what a run still waits for. */
const tellAfterMs = 5_000;

/**
 * Asks the audit until it has counted all, or has counted nothing more for a minute: nobody can know that something is lost,
 * only that it has not come.
 */
export async function countActivity(
  audit: AuditApi,
  { sku, sent }: { sku: string; sent: number },
  { stop, lookEveryMs = 1_000, lostAfterMs = 60_000 }: Counting,
): Promise<ActivityCounts> {
  const untilQuietFor = (quietMs: number) =>
    untilQuiet(() => look(audit, sku), sent, { stop, lookEveryMs, quietMs });
  let found = await untilQuietFor(Math.min(tellAfterMs, lostAfterMs));
  if (!stop.aborted && !(typeof found === 'number' && found >= sent)) {
    process.stderr.write(
      `not all looks are counted yet; lost is what has not come ${lostAfterMs / 1000} s later\n`,
    );
    found = await untilQuietFor(lostAfterMs);
  }
  if (typeof found === 'number') return { sent, ...fateOf(sent, found) };
  process.stderr.write(`what was counted of the browsing is not known: ${found.message}\n`);
  return { sent };
}

type Look = number | ShopperError;

interface Patience {
  stop: AbortSignal;
  lookEveryMs: number;
  quietMs: number;
}

/** The last look. */
async function untilQuiet(
  look: () => Promise<Look>,
  sent: number,
  { stop, lookEveryMs, quietMs }: Patience,
): Promise<Look> {
  let most = 0;
  for (let sinceMs = performance.now(); ; await pause(lookEveryMs, stop)) {
    const found = await look();
    if (typeof found === 'number' && found > most) [most, sinceMs] = [found, performance.now()];
    if (most >= sent || performance.now() - sinceMs > quietMs || stop.aborted) return found;
  }
}

const fateOf = (sent: number, counted: number) => ({
  counted,
  lost: Math.max(0, sent - counted),
  doubled: Math.max(0, counted - sent),
});

const look = (audit: AuditApi, sku: string): Promise<Look> =>
  audit.timesSeen(sku).catch((cause: unknown) => {
    if (cause instanceof ShopperError) return cause;
    throw cause;
  });
