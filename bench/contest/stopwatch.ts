import type { Measured } from './contender.ts';

/** The clock on the wall, and this process's CPU, since it was made. */
export class Stopwatch {
  private readonly startedAt = performance.now();
  private readonly cpu = process.cpuUsage();

  measured(count: number): Measured {
    const { user, system } = process.cpuUsage(this.cpu);
    return { count, seconds: this.seconds, cpuSeconds: (user + system) / 1e6 };
  }

  get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}
