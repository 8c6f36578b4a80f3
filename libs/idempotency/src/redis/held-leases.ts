import type { RedisConnection } from './redis-connection.js';
import type { RedisTimes } from './redis.options.js';
import { releaseScript } from './scripts/release.js';
import { renewScript } from './scripts/renew.js';

/** One claim, as its owner knows it. */
export interface Lease {
  readonly messageId: string;
  readonly owner: string;
  readonly bodyHash: string;
  /** `waybill:{subscription/id}`; the braces keep the keys of one message on one node of a cluster. */
  readonly key: string;
  /** Bodies that a person has admitted. */
  readonly bodiesKey: string;
}

/**
 * The leases of this process, renewed until they are dropped. One whose end nobody could tell (its run completed, but
 * Redis stayed away until the drain was over) is renewed no longer than an unfinished claim may live.
 */
export class HeldLeases {
  private readonly held = new Map<string, Lease & { readonly sinceMs: number }>();
  private unreleased: readonly Lease[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly times: RedisTimes,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.tick(), this.times.renewEveryMs).unref();
  }

  /** What is held runs out by itself. */
  stop(): void {
    clearInterval(this.timer);
    this.held.clear();
  }

  add(leases: readonly Lease[]): void {
    for (const lease of leases) this.held.set(nameOf(lease), { ...lease, sinceMs: Date.now() });
  }

  drop(leases: readonly Lease[]): void {
    for (const lease of leases) this.held.delete(nameOf(lease));
  }

  /** A full lease from now; answers those that are lost, and drops them. */
  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    const { leaseMs, processingMs } = this.times;
    const kept = await Promise.all(
      leases.map(({ key, owner, bodyHash }) =>
        this.connection.run(renewScript, [key], [owner, bodyHash, String(leaseMs), String(processingMs)]),
      ),
    );
    const lost = leases.filter((_, index) => kept[index] !== 1);
    this.drop(lost);
    return lost;
  }

  /** Dropped first: a renewal that came behind the release would take the claim again. */
  async release(leases: readonly Lease[]): Promise<void> {
    this.drop(leases);
    const answers = await Promise.allSettled(
      leases.map(({ key, owner }) => this.connection.run(releaseScript, [key], [owner])),
    );
    const failed = leases.filter((_, index) => answers[index]!.status === 'rejected');
    this.unreleased = [...this.unreleased, ...failed];
  }

  /** Redis is back: what could not be said is said before anything new is claimed. */
  catchUp(): void {
    void this.renewAll();
    const late = this.unreleased;
    this.unreleased = [];
    void this.release(late);
  }

  /** The policy too may change while the connection stands. */
  private async tick(): Promise<void> {
    await this.connection.look();
    await this.renewAll();
  }

  /** What cannot be renewed now may be the next time: a lease outlives two renewals. */
  private async renewAll(): Promise<void> {
    const oldest = Date.now() - this.times.processingMs;
    const leases = [...this.held.values()];
    this.drop(leases.filter(({ sinceMs }) => sinceMs < oldest));
    await this.renew([...this.held.values()]).catch(() => 'told by the connection');
  }
}

const nameOf = ({ owner, key }: Lease): string => `${owner} ${key}`;
