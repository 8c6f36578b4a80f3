import { keepable } from '@waybill/messaging';
import { deleteConfirmed } from '../statements/delete-confirmed.js';
import { markRefused } from '../statements/mark-refused.js';
import { LeaseKeeper, type Lease } from './lease-keeper.js';
import { publishRound, stillHeld, type Publishing } from './publish-round.js';
import { ReadFloor } from './read-floor.js';
import type { RelayConnections } from './relay-connections.js';
import type { RelayRow } from './relay-row.js';
import type { RelaySettings } from './relay.options.js';
import type { RefusedRow, Round } from './round.js';
import { WakeSignal } from './wake-signal.js';
import { WindowReader, type Window } from './window-reader.js';

const longestReason = 1_024;

/** `full`: more is waiting. `unknown`: the broker did not answer for some rows. `idle`: all that was due is sent. */
export type Turn = 'full' | 'idle' | 'unknown';

/**
 * One broker's endless round: keep leases, read, publish, delete. Loops share nothing but the pool of connections, so
 * that a broker that is down stops no other.
 *
 * Dying after reading: nothing has happened. After publishing: the rows are sent again, as copies. After deleting:
 * done.
 */
export class BrokerLoop {
  private readonly wake: WakeSignal;
  private readonly stopping = new AbortController();
  private readonly keeper: LeaseKeeper;
  private readonly floor: ReadFloor;
  private readonly reader: WindowReader;
  private readonly publishing: Publishing;
  private ahead: Window | undefined;
  private failures = 0;

  constructor(
    private readonly broker: string,
    private readonly connections: RelayConnections,
    private readonly settings: RelaySettings,
  ) {
    this.wake = new WakeSignal(settings.clock);
    this.keeper = new LeaseKeeper(broker, connections, settings);
    this.floor = new ReadFloor(broker, connections, settings.riseEvery);
    this.reader = new WindowReader(broker, connections, this.floor, settings);
    this.publishing = { broker, publisher: settings.publishers[broker]!, keeper: this.keeper, settings };
  }

  get alone(): boolean {
    return this.keeper.alone;
  }

  poke(): void {
    this.wake.poke();
  }

  /** Resolves after `stop`, when the round in flight is finished and the leases are given up. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) await this.turnAndPause();
    // Without a database they run out by themselves.
    await this.keeper.leave().catch((error: unknown) => this.reportFailure(error));
  }

  stop(): void {
    this.stopping.abort();
    this.wake.poke();
  }

  /** One round; for `run` and for tests that need to choose its moment. */
  async turn(): Promise<Turn> {
    const { ahead } = this;
    // Given up by whatever goes wrong from here on.
    this.ahead = undefined;
    await this.keeper.keep();
    const leases = this.keeper.held();
    if (leases.length === 0) return 'idle';
    await this.floor.rise(leases);
    const window = this.reader.stillGood(ahead) ? ahead : await this.reader.read(leases);
    if (window.rows.length === 0) return 'idle';
    const next = this.reader.readAhead(window, leases);
    const round = await publishRound(window.rows, window.leases, this.publishing);
    await this.finish(round, window.leases);
    this.ahead = round.isClean ? await next : undefined;
    if (round.unknown) return 'unknown';
    return window.full ? 'full' : 'idle';
  }

  private async turnAndPause(): Promise<void> {
    const { clock, pollMs, gatherMs } = this.settings;
    const startedAt = clock.now();
    const turn = await this.turn().catch((error: unknown) => this.reportFailure(error));
    this.failures = turn === 'unknown' || turn === 'failed' ? this.failures + 1 : 0;
    if (this.failures > 0) return this.wait(this.retryPauseMs());
    if (turn === 'idle') await this.wake.sleep(Math.min(pollMs, this.keeper.restMs));
    if (turn === 'idle') await this.wait(gatherMs - (clock.now() - startedAt));
  }

  /** Results that come after the lease has ended are dropped: whoever holds it now sends the rows again. */
  private async finish({ confirmed, refused, unknown }: Round, leases: readonly Lease[]): Promise<void> {
    const held = stillHeld(leases, this.keeper);
    const fence = leases.filter(({ partition }) => held.has(partition));
    await this.delete(
      confirmed.filter(({ partition }) => held.has(partition)),
      fence,
    );
    await this.refuse(
      refused.filter(({ row }) => held.has(row.partition)),
      fence,
    );
    if (unknown) this.reportUnpublished('unknown', unknown.message);
  }

  private async delete(rows: readonly RelayRow[], fence: readonly Lease[]): Promise<void> {
    if (rows.length === 0) return;
    await this.connections.query(deleteConfirmed, [...this.fenced(rows, fence), ...placesOf(rows)]);
    this.floor.passed(rows.length);
  }

  private async refuse(refused: readonly RefusedRow[], fence: readonly Lease[]): Promise<void> {
    if (refused.length === 0) return;
    const rows = refused.map(({ row }) => row);
    const reasons = refused.map(({ because }) => keepable(because.message, longestReason));
    for (const { row, because } of refused)
      this.reportUnpublished('refused', `${row.id} to ${row.address}: ${because.message}`);
    const parameters = [
      ...this.fenced(rows, fence),
      ...placesOf(rows),
      reasons,
      ...this.settings.refusedRetryMs,
    ];
    await this.connections.query(markRefused, parameters);
  }

  /** Only the leases of the rows at hand: each is locked by the statement. */
  private fenced(rows: readonly RelayRow[], leases: readonly Lease[]): unknown[] {
    const touched = new Set(rows.map(({ partition }) => partition));
    const fence = leases.filter(({ partition }) => touched.has(partition));
    return [this.broker, fence.map(({ partition }) => partition), fence.map(({ token }) => token)];
  }

  private reportUnpublished(status: 'refused' | 'unknown', because: string): void {
    this.settings.events.emit({ kind: 'publishFailed', broker: this.broker, status, because });
  }

  private reportFailure(error: unknown): 'failed' {
    const subscription = `outbox relay to ${this.broker}`;
    const waitMs = this.retryPauseMs();
    this.settings.events.emit({ kind: 'infrastructure', subscription, because: String(error), waitMs });
    return 'failed';
  }

  private retryPauseMs(): number {
    const [first, longest] = this.settings.retryMs;
    return Math.min(longest, first * 2 ** Math.max(0, this.failures - 1));
  }

  private async wait(ms: number): Promise<void> {
    if (ms > 0) await this.settings.clock.wait(ms, this.stopping.signal);
  }
}

function placesOf(rows: readonly RelayRow[]): unknown[] {
  return [rows.map(({ partition }) => partition), rows.map(({ number }) => number)];
}
