import { Injectable } from '@nestjs/common';

/** Takes nothing new from now on, and resolves once all that is held is finished or given back. */
export type Drain = () => Promise<void>;

/**
 * Everything that holds work and has to let go of it before the process ends. All drains run side by side, while
 * database and broker connections are still open; those are closed after, in Nest's `onApplicationShutdown`.
 */
@Injectable()
export class Drains {
  private readonly drains = new Map<string, Drain>();
  private readonly finished = new Set<string>();
  private draining: Promise<void> | undefined;

  register(name: string, drain: Drain): void {
    this.drains.set(name, drain);
  }

  get state(): 'running' | 'draining' | 'drained' {
    if (!this.draining) return 'running';
    return this.held().length ? 'draining' : 'drained';
  }

  /** Names of the drains that have not finished. */
  held(): string[] {
    return [...this.drains.keys()].filter((name) => !this.finished.has(name));
  }

  /** Starts every drain once, however often it is called; rejects with all failures after the others have finished. */
  drainAll(): Promise<void> {
    return (this.draining ??= this.runAll());
  }

  private async runAll(): Promise<void> {
    const results = await Promise.allSettled([...this.drains].map((entry) => this.run(...entry)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length) throw new AggregateError(failures, `could not drain ${this.held().join(', ')}`);
  }

  private async run(name: string, drain: Drain): Promise<void> {
    await drain();
    this.finished.add(name);
  }
}
