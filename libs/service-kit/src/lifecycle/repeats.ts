import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

type Job = () => Promise<unknown>;

/**
 * What has to be done now and then, each job for itself and never twice at once. A job that fails is told and tried again
 * at its next time: none of them is urgent. All replicas run them, so every job is to be safe on all of them at once.
 */
export class Repeats {
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>[] = [];

  constructor(private readonly logger: Pick<Logger, 'warn'> = new Logger('housekeeping')) {}

  /** For the first time after `everyMs`; `name` completes the sentence “cannot …”. Keeps no process alive. */
  every(name: string, everyMs: number, job: Job): void {
    this.running.push(this.repeat(name, everyMs, job));
  }

  /** Now, once; a failure is told, not thrown. */
  async attempt(name: string, job: Job): Promise<void> {
    await job().catch((error: unknown) => this.logger.warn({ msg: `cannot ${name}`, err: error }));
  }

  /** Begins no job any more, and resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.running);
  }

  private async repeat(name: string, everyMs: number, job: Job): Promise<void> {
    const { signal } = this.stopped;
    while (await pause(everyMs, true, { signal, ref: false }).catch(() => false))
      await this.attempt(name, job);
  }
}
