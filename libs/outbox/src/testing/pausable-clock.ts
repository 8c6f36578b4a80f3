import { systemClock, type Clock } from '@waybill/messaging';

/** Stands in for SIGSTOP: while it is paused, nothing that waits goes on, though time passes. */
export class PausableClock implements Clock {
  private running = Promise.withResolvers<void>();

  constructor() {
    this.running.resolve();
  }

  now(): number {
    return systemClock.now();
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    await systemClock.wait(ms, signal);
    await this.running.promise;
  }

  pause(): void {
    this.running = Promise.withResolvers();
  }

  resume(): void {
    this.running.resolve();
  }
}
