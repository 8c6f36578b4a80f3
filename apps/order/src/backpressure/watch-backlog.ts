import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Drains, Health } from '@waybill/service-kit';
import { remember, type Backlog } from './backlog.js';
import { measureBackpressure } from './backpressure-metrics.js';
import { BACKPRESSURE_OPTIONS, type BackpressureOptions } from './backpressure.options.js';
import { inWords } from './in-words.js';
import { decide, type Pressure } from './pressure.js';
import { ReadBacklog } from './read-backlog.js';

/**
 * Keeps the state that `decide` makes of each look. One look at a time, and a pause after each: a database that is slow
 * to count is not asked more. Every replica looks at the same outbox and queue, so all of them come to the same state.
 */
@Injectable()
export class WatchBacklog implements OnApplicationBootstrap {
  private readonly logger = new Logger('backpressure');
  private readonly stopped = new AbortController();
  private state: { readonly backlog: Backlog; readonly pressure: Pressure } = {
    backlog: {},
    pressure: { kind: 'open' },
  };

  constructor(
    private readonly reader: ReadBacklog,
    private readonly health: Health,
    private readonly drains: Drains,
    @Inject(BACKPRESSURE_OPTIONS) private readonly options: BackpressureOptions,
  ) {}

  get pressure(): Pressure {
    return this.state.pressure;
  }

  get backlog(): Backlog {
    return this.state.backlog;
  }

  get queue(): string {
    return this.options.queue.queue;
  }

  onApplicationBootstrap(): void {
    this.health.report('backpressure', () => this.report());
    const stopMeasuring = measureBackpressure(this);
    const looking = this.keepLooking();
    this.drains.register('backpressure', async () => {
      this.stopped.abort();
      await looking;
      stopMeasuring();
      await this.options.queue.close();
    });
  }

  private async keepLooking(): Promise<void> {
    const { signal } = this.stopped;
    const next = () => pause(this.options.lookEveryMs, true, { signal, ref: false }).catch(() => false);
    do await this.look();
    while (await next());
  }

  private async look(): Promise<void> {
    const before = this.state.pressure;
    const backlog = remember(this.state.backlog, await this.reader.look());
    const pressure = decide(before, backlog, this.options.limits);
    this.state = { backlog, pressure };
    if (pressure.kind !== before.kind) this.tell(before, pressure);
  }

  private tell(before: Pressure, pressure: Pressure): void {
    const because = pressure.kind === 'open' ? 'little waits' : inWords(pressure.because, this.queue);
    const line = { msg: `orders: ${before.kind} → ${pressure.kind}`, because };
    if (pressure.kind === 'open') this.logger.log(line);
    else this.logger.warn(line);
  }

  private report(): object {
    const { pressure, backlog } = this.state;
    const { kind, ...rest } = pressure;
    return {
      state: kind,
      ...rest,
      outbox: backlog.outbox ?? 'unknown',
      queue: { name: this.queue, messages: backlog.queueDepth?.messages ?? 'unknown' },
      unread: this.reader.unread(),
    };
  }
}
