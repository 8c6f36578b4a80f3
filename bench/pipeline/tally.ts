import type { Measured } from '../contest/contender.ts';
import { Stopwatch } from '../contest/stopwatch.ts';

/** Counts what is finished. The watch runs from joining the group to the last message. */
export class Tally {
  readonly complete: Promise<Measured>;
  private readonly outcome = Promise.withResolvers<Measured>();
  private readonly total: number;
  private finished = 0;
  private watch: Stopwatch | undefined;

  constructor(total: number) {
    this.total = total;
    this.complete = this.outcome.promise;
    this.complete.catch(() => 'told to whoever awaits it');
  }

  /** The group has been joined; nothing was fetched yet. */
  begin(): void {
    this.watch ??= new Stopwatch();
  }

  add(count: number): void {
    this.finished += count;
    if (this.finished > this.total)
      this.fail(new Error(`${this.finished} instead of ${this.total} messages`));
    if (this.finished === this.total) this.outcome.resolve(this.watch!.measured(this.total));
  }

  fail(error: unknown): void {
    this.outcome.reject(error);
  }
}
