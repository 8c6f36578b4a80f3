import type { Order, OrderApi } from '../order-api/order-api.js';
import { ShopperError } from '../shopper.errors.js';
import { eachConcurrently } from './each-concurrently.js';
import type { OrderBook } from './order-book.js';
import { pause } from './pace.js';

export interface Watch {
  stop: AbortSignal;
  posting: { ended: boolean };
  onLook: () => void;
  lookEveryMs?: number;
  stuckAfterMs?: number;
}

const looksAtOnce = 4;

/** Looks until everything posted is final, or has had its time to become so, or the run is stopped. */
export async function watchSettlement(api: OrderApi, book: OrderBook, watch: Watch): Promise<void> {
  const { stop, lookEveryMs = 1_000 } = watch;
  for (let over = false; !over;) {
    await pause(lookEveryMs, stop);
    over = stop.aborted || isOver(book, watch);
    await look(api, book);
    watch.onLook();
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
 * One list call names what is still pending; only what left that list is asked for by itself, once.
 * An order that a page boundary hid is seen as pending and asked for again later.
 */
async function seeSettled(api: OrderApi, book: OrderBook): Promise<void> {
  const gone = new Set(book.pendingIds());
  for await (const order of pendingOrders(api)) gone.delete(order.orderId);
  await eachConcurrently(gone, looksAtOnce, async (orderId) => book.see(await api.order(orderId)));
}

async function* pendingOrders(api: OrderApi): AsyncGenerator<Order> {
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = await api.orders({ status: 'PENDING', ...(cursor && { cursor }) });
    yield* page.orders;
    cursor = page.nextCursor;
  }
}
