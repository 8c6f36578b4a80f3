import type { PublishResult } from '@waybill/messaging';
import { Deferred } from './deferred.js';

/**
 * One `publish()`: a result per message, each settled once. The first word counts, so a confirm that comes after the
 * timeout or after the channel's end changes nothing.
 */
export class PublishCall {
  private readonly settled: (PublishResult | undefined)[];
  private open: number;
  private readonly finished = new Deferred<readonly PublishResult[]>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(size: number) {
    this.settled = Array.from({ length: size });
    this.open = size;
    if (size === 0) this.finish();
  }

  get results(): Promise<readonly PublishResult[]> {
    return this.finished.promise;
  }

  get isFinished(): boolean {
    return this.open === 0;
  }

  /** Nothing when the call is finished first: what would wait longer keeps its messages for as long as the broker is away. */
  before<T>(change: Promise<T>): Promise<T | undefined> {
    return Promise.race([change, this.results.then(() => undefined)]);
  }

  /** Whatever is still open after `ms` gets the result of `toResult`; answers how to call that off. */
  expireAfter(ms: number, toResult: () => PublishResult): () => void {
    if (this.isFinished) return () => undefined;
    const timer = setTimeout(() => this.settleRest(toResult()), ms);
    this.timers.add(timer);
    return () => clearTimeout(timer);
  }

  settle(index: number, result: PublishResult): void {
    if (this.settled[index]) return;
    this.settled[index] = result;
    if (--this.open === 0) this.finish();
  }

  settleRest(result: PublishResult): void {
    this.settled.forEach((_, index) => this.settle(index, result));
  }

  private finish(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.finished.resolve(this.settled as readonly PublishResult[]);
  }
}
