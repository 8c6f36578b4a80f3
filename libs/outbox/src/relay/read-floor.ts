import { selectFloors } from '../statements/select-floors.js';
import { selectLastNumber } from '../statements/select-last-number.js';
import { selectWriters } from '../statements/select-writers.js';
import type { Lease } from './lease-keeper.js';
import type { RelayConnections } from './relay-connections.js';

const bottom = '0';

interface Candidate {
  readonly number: string;
  /** Transactions that may have drawn numbers up to it and are still open. */
  readonly writers: readonly string[];
}

/**
 * Where reading begins in each share. Sent rows leave dead entries at the low end of the index, which nothing can
 * remove while an older transaction is open anywhere in the database, be it one that only reads. Reading from the very
 * lowest number would wade through all of them each time, and be slower with every row sent.
 *
 * A floor may rise to a number once nothing at or below it can still appear. `look` notes the last number drawn, and
 * then who has the outbox open for writing; when the last of these is gone, all up to that number is there to be seen,
 * or never will be. Transactions that have not written to the outbox, however old, are not waited for; those that
 * have, commit next.
 *
 * Floors end with their lease, and all of them with any connection: after a failover to a replica that had not got
 * everything, numbers may be drawn a second time.
 */
export class ReadFloor {
  private readonly floors = new Map<Lease, string>();
  private candidate: Candidate | undefined;
  private sent = 0;
  private generation = 0;

  constructor(
    private readonly broker: string,
    private readonly connections: RelayConnections,
    private readonly riseEvery: number,
  ) {}

  under(leases: readonly Lease[]): readonly string[] {
    this.forgetOlder();
    return this.known(leases);
  }

  /** Whether what `under` last said held through a statement that has been answered since. */
  get held(): boolean {
    return this.generation === this.connections.generation;
  }

  /** Between rounds: rises when enough has been sent to be worth a look. */
  async rise(leases: readonly Lease[]): Promise<void> {
    if (this.sent < this.riseEvery) return;
    this.sent = 0;
    await this.look(leases);
  }

  /** That many more dead entries lie in the way. */
  passed(rows: number): void {
    this.sent += rows;
  }

  /** The number before the writers: whoever begins between the two statements draws a higher one. */
  private async look(leases: readonly Lease[]): Promise<void> {
    this.forgetOlder();
    const [last] = await this.connections.query<{ number: string }>(selectLastNumber, []);
    const writing = await this.connections.query<{ writer: string }>(selectWriters, []);
    const writers = new Set(writing.map(({ writer }) => writer));
    const stillOpen = this.candidate?.writers.filter((writer) => writers.has(writer)) ?? [];
    if (this.candidate && stillOpen.length > 0) {
      this.candidate = { ...this.candidate, writers: stillOpen };
      return;
    }
    if (this.candidate) await this.riseTo(this.candidate.number, leases);
    this.candidate = { number: last!.number, writers: [...writers] };
  }

  private async riseTo(number: string, leases: readonly Lease[]): Promise<void> {
    const shares = leases.map(({ partition }) => partition);
    const parameters = [this.broker, shares, this.known(leases), number];
    const found = await this.connections.query<{ partition: number; floor: string }>(
      selectFloors,
      parameters,
    );
    if (!this.held) return;
    this.floors.clear();
    for (const { partition, floor } of found)
      this.floors.set(
        leases.find((lease) => lease.partition === partition)!,
        floor,
      );
  }

  private known(leases: readonly Lease[]): readonly string[] {
    return leases.map((lease) => this.floors.get(lease) ?? bottom);
  }

  private forgetOlder(): void {
    if (this.held) return;
    this.generation = this.connections.generation;
    this.floors.clear();
    this.candidate = undefined;
  }
}
