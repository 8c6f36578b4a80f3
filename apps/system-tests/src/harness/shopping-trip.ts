import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shop, type ShopperResult } from '../../../../tools/start/shopping.ts';
import type { RunningSystem } from './running-system.js';

/** Real orders, replayed by the shopper: a process of its own that asks again until it is answered. */
export class ShoppingTrip {
  /** Settles when all is settled, or 120 s after the last order was taken. */
  readonly result: Promise<ShopperResult>;
  readonly orderIdsFile: string;
  private readonly stopped = new AbortController();

  constructor(system: RunningSystem, { orders, rate }: { orders: number; rate?: number }) {
    this.orderIdsFile = join(system.site.folder, `order-ids-${Date.now()}.txt`);
    this.result = shop({
      orders,
      ...(rate !== undefined && { rate }),
      orderIdsFile: this.orderIdsFile,
      environment: system.environment,
      say: () => undefined,
      signal: this.stopped.signal,
    });
  }

  /** Those it had accepted; once the trip is over. */
  async orderIds(): Promise<string[]> {
    return (await readFile(this.orderIdsFile, 'utf8')).split('\n').filter(Boolean);
  }

  /** For a test that fails meanwhile. */
  abandon(): void {
    this.result.catch(() => undefined); // nobody waits for it any more
    this.stopped.abort();
  }
}
