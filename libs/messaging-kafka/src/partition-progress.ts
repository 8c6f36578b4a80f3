/**
 * What is taken and what is settled of one partition, within one assignment. The watermark is the lowest offset that
 * is not settled: everything before it may be committed, nothing after, in whatever order deliveries are settled.
 */
export class PartitionProgress {
  /** Taken and not yet below the watermark, ascending; `first` is where the live part begins. */
  private taken: bigint[] = [];
  private first = 0;
  private readonly settled = new Set<bigint>();
  private highestTaken = -1n;
  private watermark: bigint | undefined;
  private committed: bigint | undefined;

  /** False for an offset that was taken before: kafkajs may fetch a batch twice after an error. */
  take(offset: bigint): boolean {
    if (offset <= this.highestTaken) return false;
    this.highestTaken = offset;
    this.taken.push(offset);
    return true;
  }

  settle(offset: bigint): void {
    this.settled.add(offset);
    while (this.first < this.taken.length && this.settled.delete(this.taken[this.first]!)) {
      this.watermark = this.taken[this.first]! + 1n;
      this.first++;
    }
    this.forgetSettled();
  }

  /** The offset to commit now; nothing when it is committed already. */
  toCommit(): bigint | undefined {
    return this.watermark === this.committed ? undefined : this.watermark;
  }

  wasCommitted(offset: bigint): void {
    this.committed = offset;
  }

  /** Shifting one by one would copy the rest each time. */
  private forgetSettled(): void {
    if (this.first < 1_024 && this.first < this.taken.length) return;
    this.taken = this.taken.slice(this.first);
    this.first = 0;
  }
}
