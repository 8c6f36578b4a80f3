import type { Place } from './kafka-delivery.js';

/**
 * What is taken and what is settled of one partition, within one assignment. The watermark is the lowest offset that
 * is not settled: everything before it may be committed, nothing after, in whatever order deliveries are settled.
 *
 * Nothing is handed over that lies `span` offsets or more beyond the committed one. So when this process dies, the first
 * `span` offsets of the next assignment hold all that it may have had in hand.
 */
export class PartitionProgress {
  /** Taken and not yet below the watermark, ascending; `live` is where that part begins. */
  private taken: bigint[] = [];
  private live = 0;
  private readonly settled = new Set<bigint>();
  /** Not before the committed offset of the assignment's begin. */
  private firstTaken: bigint | undefined;
  private highestTaken = -1n;
  /** Behind the last fetch, which may end with what no consumer sees: a transaction's marker, a compacted message. */
  private position: bigint | undefined;
  private watermark: bigint | undefined;
  private committed: bigint | undefined;

  private readonly span: bigint;

  constructor(
    readonly place: Place,
    span: number,
  ) {
    this.span = BigInt(span);
  }

  /** Ascending, never one that `wasTaken`. */
  take(offset: bigint): void {
    this.firstTaken ??= offset;
    this.highestTaken = offset;
    this.taken.push(offset);
  }

  /** All to `last` was fetched, and taken if it is a message. */
  passed(last: bigint): void {
    this.position = last + 1n;
    this.passWhatNobodySees();
  }

  /** The offset that is fetched next; nothing before the first fetch. */
  get next(): bigint | undefined {
    return this.position;
  }

  /** Whether what comes now is not what follows: the position was set back. */
  wasTaken(offset: bigint): boolean {
    return offset <= this.highestTaken;
  }

  /** Whether a process that had the partition before may have had this offset in hand. */
  mayHaveBeenDelivered(offset: bigint): boolean {
    return this.firstTaken !== undefined && offset < this.firstTaken + this.span;
  }

  /** Whether a taken offset may be handed over now. */
  isInReach(offset: bigint): boolean {
    return offset < this.firstUncommitted + this.span;
  }

  /** Whether more than half of the reach lies behind a taken offset, and a commit would move it. */
  isFarOut(offset: bigint): boolean {
    return this.toCommit() !== undefined && offset >= this.firstUncommitted + this.span / 2n;
  }

  settle(offset: bigint): void {
    if (offset === this.taken[this.live]) this.pass(offset);
    else this.settled.add(offset);
    while (this.settled.size > 0 && this.settled.delete(this.taken[this.live]!))
      this.pass(this.taken[this.live]!);
    this.passWhatNobodySees();
    this.forgetSettled();
  }

  /** The offset to commit now; nothing when it is committed already. */
  toCommit(): bigint | undefined {
    return this.watermark === this.committed ? undefined : this.watermark;
  }

  wasCommitted(offset: bigint): void {
    this.committed = offset;
  }

  private pass(offset: bigint): void {
    this.watermark = offset + 1n;
    this.live++;
  }

  /** Or the group would count as behind for ever. */
  private passWhatNobodySees(): void {
    if (this.live === this.taken.length && this.position !== undefined) this.watermark = this.position;
  }

  /** Of those that exist: compaction and transactions may leave gaps wider than `span`. */
  private get firstUncommitted(): bigint {
    if (this.watermark === this.committed) return this.taken[this.live]!;
    return this.committed ?? this.firstTaken!;
  }

  /** Shifting one by one would copy the rest each time. */
  private forgetSettled(): void {
    if (this.live < 1_024 && this.live < this.taken.length) return;
    this.taken = this.taken.slice(this.live);
    this.live = 0;
  }
}
