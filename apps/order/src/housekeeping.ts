import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { deleteDeliveryStateOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, Repeats, type PrismaDatabase } from '@waybill/service-kit';
import { SweepUnpaidOrders } from './expiry/sweep-unpaid-orders.js';
import { WatchUnsettled } from './orders/watch-unsettled.js';
import { forgetOldKeysSql } from './idempotency/idempotency-keys.sql.js';

const forgetEveryMs = 600_000;
const keptDays = 30;

/** What has to be done now and then. Every job is safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly repeats = new Repeats();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly unpaid: SweepUnpaidOrders,
    private readonly unsettled: WatchUnsettled,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    const hide = this.unsettled.show();
    this.repeats.every('look at unsettled orders', this.unsettled.everyMs, () => this.unsettled.look());
    this.repeats.every('sweep unpaid orders', this.unpaid.intervalMs, () => this.unpaid.sweep());
    this.repeats.every('forget idempotency keys', forgetEveryMs, () =>
      this.database.execute(forgetOldKeysSql),
    );
    this.repeats.every('forget handled messages', forgetEveryMs, () =>
      deleteInboxOlderThan(keptDays, this.database),
    );
    this.repeats.every('forget what was carried out', forgetEveryMs, () =>
      deleteDeliveryStateOlderThan(keptDays, this.database),
    );
    this.drains.register('housekeeping', async () => {
      await this.repeats.stop();
      hide();
    });
  }
}
