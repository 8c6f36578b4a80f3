import type { Clock } from '@waybill/messaging';

/** Lets what comes meanwhile wait at the broker, so that it is one batch and one transaction. */
export class Pace {
  constructor(
    private readonly everyMs: number,
    private readonly clock: Clock,
    private readonly closing: AbortSignal,
  ) {}

  /** Resolves once `transact` is through and, where it made a transaction, `everyMs` after its start at the earliest. */
  async keep(transact: () => Promise<boolean>): Promise<void> {
    const startedAt = this.clock.now();
    const wrote = await transact();
    const tookMs = Math.max(0, this.clock.now() - startedAt); // the clock may have been set back
    const leftMs = this.everyMs - tookMs;
    if (wrote && leftMs > 0) await this.clock.wait(leftMs, this.closing);
  }
}
