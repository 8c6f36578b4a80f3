import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { deleteDeliveryStateOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, Repeats, type PrismaDatabase } from '@waybill/service-kit';

const everyMs = 600_000;
const keptDays = 30;

/** Forgets handled messages once no copy of them can come any more. Safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly repeats = new Repeats();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    this.repeats.every('forget handled messages', everyMs, () =>
      deleteInboxOlderThan(keptDays, this.database),
    );
    this.repeats.every('forget what was carried out', everyMs, () =>
      deleteDeliveryStateOlderThan(keptDays, this.database),
    );
    this.drains.register('housekeeping', () => this.repeats.stop());
  }
}
