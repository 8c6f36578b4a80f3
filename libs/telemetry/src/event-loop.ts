import { createHistogram, performance } from 'node:perf_hooks';

const everyMs = 20;
const nanosecondsPerMs = 1e6;

export interface Lateness {
  /** In seconds. */
  readonly max: number;
  readonly p99: number;
  /** 0 to 1. */
  readonly utilization: number;
}

/**
 * How late the event loop is: a timer says. Node's own `monitorEventLoopDelay` forgets at a reset what blocks just then, and
 * would lose the very block that a late answer to the page's request is made of.
 */
export class EventLoop {
  private readonly late = createHistogram();
  private firedAt = performance.now();
  private used = performance.eventLoopUtilization();
  private readonly timer = setInterval(() => this.sample(), everyMs).unref();

  /** Since it was asked last; what blocks up to now is in it, though the timer has not fired yet. */
  since(): Lateness {
    this.sample();
    const { max, late } = { max: this.late.max, late: this.late.percentile(99) };
    this.late.reset();
    const before = this.used;
    this.used = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(this.used, before);
    return { max: seconds(max), p99: seconds(late), utilization };
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const now = performance.now();
    const lateMs = now - this.firedAt - everyMs;
    this.firedAt = now;
    // A histogram takes whole numbers from 1 on.
    this.late.record(Math.max(1, Math.round(lateMs * nanosecondsPerMs)));
  }
}

const seconds = (nanoseconds: number): number => nanoseconds / 1e9;
