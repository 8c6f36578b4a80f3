import type { OrderApi } from '../order-api/order-api.js';
import { ShopperError } from '../shopper.errors.js';
import type { OrderBook } from './order-book.js';
import { pause } from './pace.js';

export interface Watch {
  stop: AbortSignal;
  posting: { ended: boolean };
  onLook: () => void;
  lookEveryMs?: number;
  stuckAfterMs?: number;
}

/** A look may take this share of the time: one old order that stays open must not make watching a load of its own. */
const shareOfTime = 0.05;

/** Looks until everything posted is final, or has had its time to become so, or the run is stopped. */
export async function watchSettlement(api: OrderApi, book: OrderBook, watch: Watch): Promise<void> {
  const { stop, lookEveryMs = 1_000 } = watch;
  let tookMs = 0;
  for (let over = false; !over;) {
    await pause(Math.max(lookEveryMs, tookMs / shareOfTime), stop);
    const startMs = performance.now();
    await look(api, book);
    tookMs = performance.now() - startMs;
    watch.onLook();
    over = stop.aborted || isOver(book, watch);
  }
}

function isOver(book: OrderBook, { posting, stuckAfterMs = 120_000 }: Watch): boolean {
  const quietMs = Date.now() - (book.lastAcceptAtMs ?? -Infinity);
  return posting.ended && (book.pendingIds().length === 0 || quietMs > stuckAfterMs);
}

/** A service that is down for a while is part of what is being watched; the next look may succeed. */
async function look(api: OrderApi, book: OrderBook): Promise<void> {
  await seeSettled(api, book).catch((cause: unknown) => {
    if (!(cause instanceof ShopperError)) throw cause;
    process.stderr.write(`${cause.message}\n`);
  });
}

/**
 * Order ids are UUIDv7, and the list is sorted by them: one call from the oldest order that is still open shows
 * everything that can have changed, at the price of a few index pages instead of one request an order.
 */
async function seeSettled(api: OrderApi, book: OrderBook): Promise<void> {
  const oldest = oldestOf(book.pendingIds());
  if (oldest === undefined) return;
  for await (const order of api.orders(justBefore(oldest))) book.see(order);
}

const oldestOf = (orderIds: string[]) =>
  orderIds.reduce<string | undefined>(
    (oldest, each) => (!oldest || each < oldest ? each : oldest),
    undefined,
  );

/** The list begins behind its cursor. Only the random end is lowered, so that it stays a valid UUIDv7. */
export function justBefore(orderId: string): string {
  const end = BigInt(`0x${orderId.slice(-12)}`) - 1n;
  return orderId.slice(0, -12) + end.toString(16).padStart(12, '0');
}
