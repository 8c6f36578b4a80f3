import { createHistogram, performance } from 'node:perf_hooks';

/** Waking an idle process costs it some 0.1 ms: 20 ms would cost 0.9 % of a processor, and 50 ms costs 0.3 %. */
const everyMs = 50;
const nanosecondsPerMs = 1e6;

export interface Lateness {
  /** In seconds. */
  readonly max: number;
  readonly p99: number;
  /** Of the thread's own processor time, in seconds; nothing where Node cannot tell. */
  readonly longestTurn: number | undefined;
  /** 0 to 1. */
  readonly utilization: number;
}

/**
 * How late the event loop is: a timer says. Node's own `monitorEventLoopDelay` forgets at a reset what blocks just then, and
 * would lose the very block that a late answer to the page's request is made of.
 *
 * A loop is late also when others keep the processor from it. How long the thread worked between two samples, by its own
 * processor time, says how much of that was its own doing: 50 ms at most, unless one turn took longer.
 */
export class EventLoop {
  private readonly late = createHistogram();
  private firedAt = performance.now();
  private workedMs = threadMs();
  private longestTurnMs = 0;
  private used = performance.eventLoopUtilization();
  private readonly timer = setInterval(() => this.sample(), everyMs).unref();

  /** Since it was asked last; what blocks up to now is in it, though the timer has not fired yet. */
  since(): Lateness {
    this.sample();
    const found = {
      max: seconds(this.late.max),
      p99: seconds(this.late.percentile(99)),
      longestTurn: this.workedMs === undefined ? undefined : this.longestTurnMs / 1_000,
    };
    this.late.reset();
    this.longestTurnMs = 0;
    const before = this.used;
    this.used = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(this.used, before);
    return { ...found, utilization };
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
    const worked = threadMs();
    this.longestTurnMs = Math.max(this.longestTurnMs, (worked ?? 0) - (this.workedMs ?? 0));
    this.workedMs = worked;
  }
}

/** Since Node 23.9. */
function threadMs(): number | undefined {
  if (!('threadCpuUsage' in process)) return undefined;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const seconds = (nanoseconds: number): number => nanoseconds / 1e9;
