import type { Clock } from '@waybill/messaging';

/** A sleep that a poke ends. A poke while nobody sleeps is kept for the next sleep, so that none is missed. */
export class WakeSignal {
  private controller = new AbortController();

  constructor(private readonly clock: Clock) {}

  /** At every commit; without a reason of ours, Node would make an exception with a stack trace each time. */
  poke(): void {
    this.controller.abort('poked');
  }

  async sleep(ms: number): Promise<void> {
    await this.clock.wait(ms, this.controller.signal);
    if (this.controller.signal.aborted) this.controller = new AbortController();
  }
}
