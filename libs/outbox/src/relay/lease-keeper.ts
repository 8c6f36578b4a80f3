import { partitions } from '../partition-of-key.js';
import { announceRelay } from '../statements/announce-relay.js';
import { forgetRelay } from '../statements/forget-relay.js';
import { releaseLeases } from '../statements/release-leases.js';
import { renewLeases } from '../statements/renew-leases.js';
import { seedLeases } from '../statements/seed-leases.js';
import { takeLeases } from '../statements/take-leases.js';
import type { RelayConnections } from './relay-connections.js';
import { renewEveryMs, type RelaySettings } from './relay.options.js';

export interface Lease {
  readonly partition: number;
  /** Carried by every finishing statement; an older one changes nothing. */
  readonly token: string;
}

/**
 * One relay's shares of one broker.
 *
 * A share is `held` from `take` until its time is up by our own clock, counted from before the statement was sent, so
 * that we give it up no later than the database does. `renew` may run at any time, also while a publish is under way.
 * `balance` gives shares away, so it runs only between rounds, when nothing of them is in flight: the next holder must
 * not overtake us.
 */
export class LeaseKeeper {
  private readonly until = new Map<Lease, number>();
  private others = 0;
  private keepAt = 0;
  private seeded: Promise<unknown> | undefined;

  constructor(
    private readonly broker: string,
    private readonly connections: RelayConnections,
    private readonly settings: RelaySettings,
  ) {}

  /** Those with at least `leftMs` to go. */
  held(leftMs = 0): readonly Lease[] {
    const now = this.settings.clock.now();
    return [...this.until].filter(([, until]) => until - now > leftMs).map(([lease]) => lease);
  }

  /** Nobody else could send what was just committed. */
  get alone(): boolean {
    return this.others === 0 && this.until.size === partitions;
  }

  /** Until `keep` has something to do. */
  get restMs(): number {
    return Math.max(0, this.keepAt - this.settings.clock.now());
  }

  /** Between rounds: renews when it is time and evens the shares out. */
  async keep(): Promise<void> {
    if (this.restMs > 0) return;
    await this.seed();
    await this.renew();
    await this.balance();
    this.keepAt = this.settings.clock.now() + this.untilNextKeepMs();
  }

  /** Prolongs what is held and forgets what is lost. */
  async renew(): Promise<void> {
    const { clock, leaseMs, owner } = this.settings;
    const sentAt = clock.now();
    const [announced] = await this.query<{ others: number }>(announceRelay, [this.broker, owner, leaseMs]);
    this.others = announced?.others ?? 0;
    const leases = [...this.until.keys()];
    if (leases.length === 0) return;
    const renewed = await this.query<Lease>(renewLeases, [...this.named(leases), leaseMs]);
    const kept = new Set(renewed.map(({ partition }) => partition));
    for (const lease of leases) {
      if (kept.has(lease.partition)) this.until.set(lease, sentAt + leaseMs);
      else this.until.delete(lease);
    }
  }

  /** On stop, with nothing in flight: others need not wait for the leases to run out. */
  async leave(): Promise<void> {
    await this.release([...this.until.keys()]);
    await this.query(forgetRelay, [this.broker, this.settings.owner]);
  }

  private async balance(): Promise<void> {
    const surplus = this.until.size - this.fairShare;
    if (surplus > 0) await this.release([...this.until.keys()].slice(-surplus));
    if (surplus < 0) await this.take(-surplus);
  }

  private get fairShare(): number {
    return Math.ceil(partitions / (this.others + 1));
  }

  /** Short of its share, a relay looks more often for one that has been given up or has run out. */
  private untilNextKeepMs(): number {
    const renewMs = renewEveryMs(this.settings);
    return this.until.size < this.fairShare ? renewMs / 4 : renewMs;
  }

  private async take(count: number): Promise<void> {
    const { clock, leaseMs, owner } = this.settings;
    const sentAt = clock.now();
    const mine = [...this.until.keys()].map(({ partition }) => partition);
    const taken = await this.query<Lease>(takeLeases, [this.broker, owner, leaseMs, count, mine]);
    for (const lease of taken) this.until.set(lease, sentAt + leaseMs);
  }

  /** Forgotten first: a share whose release may have gone through is not ours. */
  private async release(leases: readonly Lease[]): Promise<void> {
    for (const lease of leases) this.until.delete(lease);
    if (leases.length > 0) await this.query(releaseLeases, this.named(leases));
  }

  private async seed(): Promise<void> {
    this.seeded ??= this.query(seedLeases, [this.broker, partitions]);
    await this.seeded.catch((error: unknown) => {
      this.seeded = undefined;
      throw error;
    });
  }

  private named(leases: readonly Lease[]): unknown[] {
    return [this.broker, leases.map(({ partition }) => partition), leases.map(({ token }) => token)];
  }

  private query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.connections.query<Row>(text, values);
  }
}
