import { Inject, Injectable, Logger } from '@nestjs/common';
import { outboxStatus } from '@waybill/outbox';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { BACKPRESSURE_OPTIONS, type BackpressureOptions } from './backpressure.options.js';
import type { Look, OutboxBacklog } from './backlog.js';

type Half = 'outbox' | 'queue';

/** Looks at outbox and queue. A half that cannot be read is left out of the look, and told once until it can be again. */
@Injectable()
export class ReadBacklog {
  private readonly logger = new Logger('backpressure');
  private readonly failures = new Map<Half, string>();

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Inject(BACKPRESSURE_OPTIONS) private readonly options: BackpressureOptions,
  ) {}

  async look(): Promise<Look> {
    const [outbox, queueDepth] = await Promise.all([
      this.read('outbox', () => this.readOutbox()),
      this.read('queue', async () => (await this.options.queue.read()).messages),
    ]);
    return { atMs: Date.now(), outbox, queueDepth };
  }

  /** Why a half could not be read the last time; empty when all is known. */
  unread(): Readonly<Partial<Record<Half, string>>> {
    return Object.fromEntries(this.failures);
  }

  private async readOutbox(): Promise<OutboxBacklog> {
    const { rows, refused, oldestSendableAgeMs } = await outboxStatus(this.database);
    return { rows, refused, oldestAgeMs: Math.round(oldestSendableAgeMs) };
  }

  private async read<T>(half: Half, reading: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await reading();
      if (this.failures.delete(half)) this.logger.log({ msg: `${half} can be read again` });
      return value;
    } catch (error) {
      if (!this.failures.has(half)) this.logger.warn({ msg: `${half} cannot be read`, err: error });
      this.failures.set(half, String(error));
      return undefined;
    }
  }
}
