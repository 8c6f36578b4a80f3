import { createHash } from 'node:crypto';
import type { NewOrder, OrderApi } from '../order-api/order-api.js';
import { orderLinesOf, type Purchase } from '../purchase-log/order-lines.js';
import { eachConcurrently } from './each-concurrently.js';
import type { OrderBook } from './order-book.js';
import { pace } from './pace.js';
import { placeOrder, type Placement } from './place-order.js';

export interface Replay {
  runId: string;
  rate?: number;
  concurrency: number;
  /** Share of orders posted as express, 0 to 1; the same rows in every run. */
  expressRate: number;
  stop: AbortSignal;
  /** What its customer does beside each order. */
  lookAround: (customerId: string) => Promise<void>;
  onRefused: (row: number, placement: Placement & { kind: 'refused' }) => void;
}

/** Posts every purchase as an order and books what became of it; looks are told beside it, so that a slow one delays no order. */
export async function replayOrders(
  api: OrderApi,
  book: OrderBook,
  purchases: AsyncIterable<Purchase>,
  replay: Replay,
): Promise<void> {
  await eachConcurrently(pace(purchases, replay), replay.concurrency, async (purchase) => {
    await Promise.all([post(api, book, purchase, replay), replay.lookAround(purchase.customerId)]);
  });
}

async function post(api: OrderApi, book: OrderBook, purchase: Purchase, replay: Replay): Promise<void> {
  const postedAtMs = Date.now();
  book.firstPostAtMs ??= postedAtMs;
  const idempotencyKey = `${replay.runId}-${purchase.row}`;
  const order = orderOf(purchase, replay.expressRate);
  const onShed = () => void (book.shed += 1);
  const placement = await placeOrder(api, { order, idempotencyKey, stop: replay.stop, onShed });
  bookPlacement(book, placement, postedAtMs);
  if (placement.kind === 'refused') replay.onRefused(purchase.row, placement);
}

function bookPlacement(book: OrderBook, placement: Placement, postedAtMs: number): void {
  if (placement.kind === 'accepted') book.accept(placement.orderId, postedAtMs, Date.now());
  else book[placement.kind] += 1;
}

export function orderOf(purchase: Purchase, expressRate: number): NewOrder {
  const lines = orderLinesOf(purchase).map(({ sku, quantity }) => ({ sku, quantity }));
  const { customerId } = purchase;
  const order = { customerId, customerEmail: `customer-${customerId}@example.com`, lines };
  return isExpress(purchase.row, expressRate) ? { ...order, express: true } : order;
}

/** By a hash of the row, so that two runs of the same rows put the same load on the system. */
function isExpress(row: number, expressRate: number): boolean {
  const hash = createHash('sha256').update(`express ${row}`).digest().readUInt32BE();
  return hash / 2 ** 32 < expressRate;
}
