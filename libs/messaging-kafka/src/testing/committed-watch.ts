import type { TestKafka } from './test-kafka.js';

/** Asks the brokers again and again what a group has committed, and keeps every answer that differs from the last. */
export class CommittedWatch {
  readonly seen: (readonly number[])[] = [];
  private state: 'watching' | 'ended' = 'watching';
  private readonly watching: Promise<void>;

  constructor(
    private readonly kafka: TestKafka,
    private readonly group: string,
    private readonly topic: string,
    /** Told at once of each answer, to compare it with what was handled by then. */
    private readonly onSeen: (committed: readonly number[]) => void = () => undefined,
  ) {
    this.watching = this.watch();
    kafka.closeLater(() => this.end());
  }

  /** Every pair of answers between which a partition went back. */
  get regressions(): string[] {
    return this.seen.slice(1).flatMap((after, index) => {
      const before = this.seen[index]!;
      return after.some((offset, partition) => offset < before[partition]!) ? [`${before} → ${after}`] : [];
    });
  }

  async end(): Promise<void> {
    this.state = 'ended';
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (this.state === 'watching') {
      const committed = await this.kafka.committed(this.group, this.topic);
      this.onSeen(committed);
      if (String(committed) !== String(this.seen.at(-1))) this.seen.push(committed);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
