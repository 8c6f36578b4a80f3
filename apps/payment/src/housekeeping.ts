import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { deleteDeliveryStateOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, Repeats, type PrismaDatabase } from '@waybill/service-kit';
import { TellLateRefunds } from './refunds/tell-late-refunds.js';

const everyMs = 600_000;
const keptDays = 30;

/** Forgets handled messages once no copy of them can come any more, and tells of late refunds. Safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly repeats = new Repeats();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly drains: Drains,
    private readonly lateRefunds: TellLateRefunds,
  ) {}

  onApplicationBootstrap(): void {
    this.repeats.every('forget handled messages', everyMs, () =>
      deleteInboxOlderThan(keptDays, this.database),
    );
    this.repeats.every('forget what was carried out', everyMs, () =>
      deleteDeliveryStateOlderThan(keptDays, this.database),
    );
    const { lateRefunds } = this;
    const hide = lateRefunds.show();
    this.repeats.every('count late refunds', lateRefunds.lookEveryMs, () => lateRefunds.look());
    this.repeats.every('tell of late refunds', everyMs, () => lateRefunds.tell());
    this.drains.register('housekeeping', async () => {
      await this.repeats.stop();
      hide();
    });
  }
}
