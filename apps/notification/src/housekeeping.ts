import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ClaimStore } from '@waybill/claim-check';
import { Drains, Repeats } from '@waybill/service-kit';

const everyMs = 3_600_000;
/** SQS keeps a message for 14 days, and dead letters among them for 14 more; after that nothing names the object. */
const claimDays = 35;

/** Deletes invoices that no message can name any more. Safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly repeats = new Repeats();

  constructor(
    private readonly claims: ClaimStore,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    this.repeats.every('delete old invoices', everyMs, () => this.claims.deleteOlderThan(claimDays));
    this.drains.register('housekeeping', () => this.repeats.stop());
  }
}
