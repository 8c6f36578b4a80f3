import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ClaimStore } from '@waybill/claim-check';
import { Drains } from '@waybill/service-kit';

const everyMs = 3_600_000;
/** SQS keeps a message for 14 days, and dead letters among them for 14 more; after that nothing names the object. */
const claimDays = 35;

/** Deletes invoices that no message can name any more. Safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('housekeeping');
  private readonly stopped = new AbortController();

  constructor(
    private readonly claims: ClaimStore,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    const running = this.run();
    this.drains.register('housekeeping', () => {
      this.stopped.abort();
      return running;
    });
  }

  /** A failure is told and tried again at the next time: nothing here is urgent. */
  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (await pause(everyMs, true, { signal, ref: false }).catch(() => false)) {
      await this.claims
        .deleteOlderThan(claimDays)
        .catch((error: unknown) => this.logger.warn({ msg: 'cannot delete old invoices', err: error }));
    }
  }
}
