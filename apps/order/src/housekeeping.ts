import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { forgetWaitingOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, type PrismaDatabase } from '@waybill/service-kit';
import { SweepUnpaidOrders } from './expiry/sweep-unpaid-orders.js';
import { forgetOldKeysSql } from './idempotency/idempotency-keys.sql.js';

const forgetEveryMs = 600_000;
const inboxDays = 30;

/** What has to be done now and then. Every job is safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('housekeeping');
  private readonly stopped = new AbortController();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly unpaid: SweepUnpaidOrders,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    const jobs = [
      this.repeat('sweep unpaid orders', this.unpaid.intervalMs, () => this.unpaid.sweep()),
      this.repeat('forget idempotency keys', forgetEveryMs, () => this.database.execute(forgetOldKeysSql)),
      this.repeat('forget handled messages', forgetEveryMs, () =>
        deleteInboxOlderThan(inboxDays, this.database),
      ),
      this.repeat('forget retries', forgetEveryMs, () => forgetWaitingOlderThan(inboxDays, this.database)),
    ];
    this.drains.register('housekeeping', async () => {
      this.stopped.abort();
      await Promise.all(jobs);
    });
  }

  /** A job that fails is told and tried again at its next time: none of them is urgent. */
  private async repeat(name: string, everyMs: number, job: () => Promise<unknown>): Promise<void> {
    const { signal } = this.stopped;
    while (await pause(everyMs, true, { signal, ref: false }).catch(() => false)) {
      await job().catch((error: unknown) => this.logger.warn({ msg: `cannot ${name}`, err: error }));
    }
  }
}
