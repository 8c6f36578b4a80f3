import type { Publisher, PublishResult } from '@waybill/messaging';
import type { LeaseKeeper, Lease } from './lease-keeper.js';
import { recordPublishSpans } from './publish-spans.js';
import { outgoing, type RelayRow } from './relay-row.js';
import { marginMs, renewEveryMs, type RelaySettings } from './relay.options.js';
import { Round } from './round.js';
import { wavesOf } from './waves.js';

export interface Publishing {
  readonly broker: string;
  readonly publisher: Publisher;
  readonly keeper: LeaseKeeper;
  readonly settings: RelaySettings;
}

/**
 * Publishes rows that were read under `leases`; no transaction is open meanwhile. A relay that wakes from a pause in
 * here may send copies of what another has sent since, never anything the other has not yet reached: its rows were
 * the lowest of their keys when it read them, and every wave starts only under a lease with time to spare.
 */
export async function publishRound(
  rows: readonly RelayRow[],
  leases: readonly Lease[],
  publishing: Publishing,
): Promise<Round> {
  const { broker, settings } = publishing;
  const round = new Round();
  const perKey = settings.oneUnconfirmedPerKey.includes(broker) ? 'one' : 'many';
  for (const wave of wavesOf(rows, perKey)) {
    const ready = readyIn(wave, leases, round, publishing);
    if (ready.length > 0) round.record(ready, await publishWave(ready, publishing));
  }
  return round;
}

function readyIn(
  wave: readonly RelayRow[],
  leases: readonly Lease[],
  round: Round,
  { keeper, settings }: Publishing,
): readonly RelayRow[] {
  const safe = stillHeld(leases, keeper, marginMs(settings));
  // Withheld, not only skipped: if the lease is renewed before the next wave, the key's next row must not go first.
  for (const row of wave) if (!safe.has(row.partition)) round.withhold(row);
  return wave.filter((row) => round.mayGo(row));
}

/** Shares held without a break since the rows were read; a share lost and taken again has another lease. */
export function stillHeld(leases: readonly Lease[], keeper: LeaseKeeper, leftMs = 0): ReadonlySet<number> {
  const held = new Set(keeper.held(leftMs));
  return new Set(leases.filter((lease) => held.has(lease)).map(({ partition }) => partition));
}

async function publishWave(
  rows: readonly RelayRow[],
  publishing: Publishing,
): Promise<readonly PublishResult[]> {
  const { broker, settings } = publishing;
  const startedAt = settings.clock.now();
  const results = await renewingUntil(send(rows, publishing), publishing);
  const elapsedMs = settings.clock.now() - startedAt;
  const became = (wanted: PublishResult['status']) =>
    results.filter(({ status }) => status === wanted).length;
  const [count, refused, unknown] = [became('confirmed'), became('refused'), became('unknown')];
  settings.events.emit({ kind: 'published', broker, count, refused, unknown, elapsedMs });
  recordPublishSpans(broker, rows, results, startedAt);
  return results;
}

async function send(rows: readonly RelayRow[], { publisher }: Publishing): Promise<readonly PublishResult[]> {
  try {
    return await publisher.publish(rows.map(outgoing));
  } catch (error) {
    // Against its contract; whatever was written then, sending it again is right.
    const because = error instanceof Error ? error : new Error(String(error));
    return rows.map(() => ({ status: 'unknown', because }));
  }
}

/** A publish may take longer than a lease lasts. Renewing that fails shows in the lease's end; the round copes with it. */
async function renewingUntil<T>(work: Promise<T>, { broker, keeper, settings }: Publishing): Promise<T> {
  const finished = new AbortController();
  const working = work.finally(() => finished.abort('finished')); // a reason spares Node an exception with a stack trace
  const everyMs = renewEveryMs(settings);
  for (;;) {
    await settings.clock.wait(everyMs, finished.signal);
    if (finished.signal.aborted) return working;
    await keeper.renew().catch((error: unknown) => {
      const because = `renewing leases: ${String(error)}`;
      const subscription = `outbox relay to ${broker}`;
      settings.events.emit({ kind: 'infrastructure', subscription, because, waitMs: everyMs });
    });
  }
}
