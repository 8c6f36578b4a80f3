import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { deleteDeliveryStateOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, Repeats, type PrismaDatabase } from '@waybill/service-kit';
import { ActivityStore } from './activity/activity.store.js';
import { HeadsTopic } from './heads/heads-topic.js';
import { WatchChain } from './chain/watch-chain.js';
import { WatchFindings } from './watch-findings.js';
import { PublishHead } from './heads/publish-head.js';

export const AUDIT_HEAD_INTERVAL_MS = Symbol('audit head interval');

const forgetEveryMs = 600_000;
const keptDays = 30;
/** Of the grace period, when the broker is away: the next process publishes a longer head anyway. */
const lastHeadMs = 5_000;

/** What has to be done now and then. Every job is safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly repeats = new Repeats();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Inject(AUDIT_HEAD_INTERVAL_MS) private readonly headIntervalMs: number,
    private readonly heads: HeadsTopic,
    private readonly publishHead: PublishHead,
    private readonly activity: ActivityStore,
    private readonly chain: WatchChain,
    private readonly findings: WatchFindings,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited, and a rejection ends the process: an outage is retried within, only a missing topic is refused.
    void this.heads.start();
    const hide = this.findings.show();
    this.repeats.every('look for what nobody should find', this.findings.everyMs, () => this.findings.look());
    this.repeats.every('publish the head', this.headIntervalMs, async () =>
      this.chain.publishedHeadWas(await this.publishHead.publish()),
    );
    this.repeats.every('forget handled messages', forgetEveryMs, () =>
      deleteInboxOlderThan(keptDays, this.database),
    );
    this.repeats.every('forget what was carried out', forgetEveryMs, () =>
      deleteDeliveryStateOlderThan(keptDays, this.database),
    );
    this.repeats.every('forget activity', forgetEveryMs, () =>
      this.activity.forgetOlderThan(keptDays, this.database),
    );
    this.drains.register('housekeeping', () => {
      hide();
      return Promise.race([this.publishLast(), pause(lastHeadMs, undefined, { ref: false })]);
    });
  }

  private async publishLast(): Promise<void> {
    await this.repeats.stop();
    await this.repeats.attempt('publish the last head', () => this.publishHead.publish());
  }
}
