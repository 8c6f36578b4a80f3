import type { Clock } from '../clock.js';
import type { MessagingEvents } from '../messaging-events.js';

const windowSeconds = 30;
const fewest = 20;
const failingShare = 0.5;
const inARow = 10;
const pausesMs = [10_000, 30_000, 60_000] as const;
/** A probe that never reports (its partition was taken away) is followed by another. */
const longestProbeMs = 60_000;

/**
 * closed –a flood of failures→ open –10, 30, then 60 s→ half-open: one message runs; it succeeds → closed, it fails or
 * comes to nothing → open again. Only `become` changes it.
 */
type State =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open' | 'half-open';
      readonly because: string;
      /** How often it has opened since it was closed. */
      readonly times: number;
      readonly nextProbeAtMs: number;
    };

/** What one run of a handler says about the subscription; `neutral` is the message's own fault, or the database's. */
export type RunSaid = 'succeeded' | 'failed' | 'neutral';

/**
 * Stops a subscription whose messages fail in a flood, which is nearly always the fault of what they depend on: setting
 * thousands aside would only make work for people. It opens at 50 % failures among 20 or more in 30 s, or ten in a row.
 * What is in hand then waits, unsettled and uncounted, and with it the broker.
 */
export class FloodBreaker {
  private state: State = { kind: 'closed' };
  /** One per second, the oldest first. */
  private seconds: { readonly second: number; succeeded: number; failed: number }[] = [];
  private failedInARow = 0;
  private changed = new AbortController();

  constructor(
    private readonly subscription: string,
    private readonly clock: Clock,
    private readonly events: MessagingEvents,
  ) {}

  /** For people: what it is and why. */
  get status(): { readonly state: State['kind']; readonly because?: string } {
    const { state } = this;
    return state.kind === 'closed' ? { state: state.kind } : { state: state.kind, because: state.because };
  }

  get isOpen(): boolean {
    return this.state.kind === 'open';
  }

  /** Resolves when a message may run, or when `signal` aborts. */
  async passage(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { state } = this;
      if (state.kind === 'closed') return;
      const pauseMs = state.nextProbeAtMs - this.clock.now();
      if (pauseMs <= 0)
        return this.become({ ...state, kind: 'half-open', nextProbeAtMs: this.later(longestProbeMs) });
      await this.clock.wait(pauseMs, AbortSignal.any([signal, this.changed.signal]));
    }
  }

  /** What a run that had passed came to. What ends after the breaker opened no longer counts. */
  record(said: RunSaid, because = '', count = 1): void {
    if (this.state.kind === 'half-open') return this.probed(said, because);
    if (this.state.kind === 'open' || said === 'neutral') return;
    this.remember(said, count);
    this.failedInARow = said === 'failed' ? this.failedInARow + count : 0;
    const flood = this.flood();
    if (flood) this.open(`${flood}; last: ${because}`, 1);
  }

  private probed(said: RunSaid, because: string): void {
    const { times } = this.state as Exclude<State, { kind: 'closed' }>;
    if (said === 'succeeded') return this.close();
    this.open(
      `the message let through ${said === 'failed' ? `failed: ${because}` : 'came to nothing'}`,
      times + 1,
    );
  }

  private open(because: string, times: number): void {
    const pauseMs = pausesMs[Math.min(times, pausesMs.length) - 1]!;
    this.become({ kind: 'open', because, times, nextProbeAtMs: this.later(pauseMs) });
  }

  private close(): void {
    this.seconds = [];
    this.failedInARow = 0;
    this.become({ kind: 'closed' });
  }

  private become(state: State): void {
    this.state = state;
    this.changed.abort();
    this.changed = new AbortController();
    const because = state.kind === 'closed' ? 'a message succeeded' : state.because;
    this.events.emit({ kind: 'breaker', subscription: this.subscription, state: state.kind, because });
  }

  private flood(): string | undefined {
    if (this.failedInARow === 0) return undefined;
    if (this.failedInARow >= inARow) return `${this.failedInARow} failed in a row`;
    const failed = this.seconds.reduce((sum, second) => sum + second.failed, 0);
    const all = this.seconds.reduce((sum, second) => sum + second.succeeded, failed);
    if (all < fewest || failed / all < failingShare) return undefined;
    return `${failed} of ${all} failed within ${windowSeconds} s`;
  }

  private remember(said: 'succeeded' | 'failed', count: number): void {
    const second = Math.floor(this.clock.now() / 1_000);
    if (this.seconds.at(-1)?.second !== second) {
      this.seconds.push({ second, succeeded: 0, failed: 0 });
      this.seconds = this.seconds.filter((known) => second - known.second < windowSeconds);
    }
    this.seconds.at(-1)![said] += count;
  }

  private later(ms: number): number {
    return this.clock.now() + ms;
  }
}
