import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { forgetWaitingOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, type PrismaDatabase } from '@waybill/service-kit';
import { HeadsTopic } from './heads/heads-topic.js';
import { PublishHead } from './heads/publish-head.js';

export const AUDIT_HEAD_INTERVAL_MS = Symbol('audit head interval');

const forgetEveryMs = 600_000;
const inboxDays = 30;
/** Of the grace period, when the broker is away: the next process publishes a longer head anyway. */
const lastHeadMs = 5_000;

/** What has to be done now and then. Every job is safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('housekeeping');
  private readonly stopped = new AbortController();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Inject(AUDIT_HEAD_INTERVAL_MS) private readonly headIntervalMs: number,
    private readonly heads: HeadsTopic,
    private readonly publishHead: PublishHead,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited, and a rejection ends the process: an outage is retried within, only a missing topic is refused.
    void this.heads.start();
    const jobs = [
      this.repeat('publish the head', this.headIntervalMs, () => this.publishHead.publish()),
      this.repeat('forget handled messages', forgetEveryMs, () =>
        deleteInboxOlderThan(inboxDays, this.database),
      ),
      this.repeat('forget retries', forgetEveryMs, () => forgetWaitingOlderThan(inboxDays, this.database)),
    ];
    this.drains.register('housekeeping', async () => {
      this.stopped.abort();
      await Promise.race([this.publishLast(jobs), pause(lastHeadMs, undefined, { ref: false })]);
    });
  }

  private async publishLast(jobs: readonly Promise<void>[]): Promise<void> {
    await Promise.all(jobs);
    await this.attempt('publish the last head', () => this.publishHead.publish());
  }

  private async repeat(name: string, everyMs: number, job: () => Promise<unknown>): Promise<void> {
    const { signal } = this.stopped;
    while (await pause(everyMs, true, { signal, ref: false }).catch(() => false)) {
      await this.attempt(name, job);
    }
  }

  /** A job that fails is told and tried again at its next time: none of them is urgent. */
  private async attempt(name: string, job: () => Promise<unknown>): Promise<void> {
    await job().catch((error: unknown) => this.logger.warn({ msg: `cannot ${name}`, err: error }));
  }
}
