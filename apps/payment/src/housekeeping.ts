import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { deleteInboxOlderThan } from '@waybill/idempotency';
import { forgetWaitingOlderThan } from '@waybill/messaging';
import { DATABASE, Drains, type PrismaDatabase } from '@waybill/service-kit';

const everyMs = 600_000;
const inboxDays = 30;

/** Forgets handled messages once no copy of them can come any more. Safe to run on all replicas at once. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('housekeeping');
  private readonly stopped = new AbortController();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
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
      await this.forget().catch((error: unknown) =>
        this.logger.warn({ msg: 'cannot forget handled messages', err: error }),
      );
    }
  }

  private async forget(): Promise<void> {
    await deleteInboxOlderThan(inboxDays, this.database);
    await forgetWaitingOlderThan(inboxDays, this.database);
  }
}
