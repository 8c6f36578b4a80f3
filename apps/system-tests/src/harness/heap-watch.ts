import { setTimeout as pause } from 'node:timers/promises';
import { valueOn } from '../../../../tools/metrics/read-page.ts';
import type { MetricsApi } from './metrics-api.js';

const everyMs = 250;
/** As many readings as show what is left between two collections of garbage: 5 s. */
const readings = 20;
const mebibyte = 1_048_576;

/**
 * Reads every service's heap again and again. What is used includes garbage, and garbage comes and goes; so the lowest of
 * some readings stands for what is kept, and growth is how much that has risen.
 */
export class HeapWatch {
  private readonly seen = new Map<string, number[]>();
  private readonly stopped = new AbortController();
  private readonly reading: Promise<void>;

  constructor(private readonly metrics: MetricsApi) {
    this.reading = this.read();
    this.reading.catch(() => undefined); // told by `growth`
  }

  /** Whether there are readings enough to tell growth from. */
  get knowsItsStart(): boolean {
    return this.seen.size > 0 && [...this.seen.values()].every(({ length }) => length >= readings);
  }

  stop(): void {
    this.stopped.abort();
  }

  /** By service, in MiB: from the first readings to the last. */
  async growth(): Promise<Readonly<Record<string, number>>> {
    this.stop();
    await this.reading;
    const grown = (used: readonly number[]) =>
      Math.min(...used.slice(-readings)) - Math.min(...used.slice(0, readings));
    return Object.fromEntries([...this.seen].map(([name, used]) => [name, Math.round(grown(used))]));
  }

  private async read(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      for (const [name, page] of await this.metrics.pages()) {
        const used = valueOn(page, 'v8js_memory_heap_used')! / mebibyte; // NaN, which no limit lets pass, where it is not shown
        this.seen.set(name, [...(this.seen.get(name) ?? []), used]);
      }
      await pause(everyMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }
}
