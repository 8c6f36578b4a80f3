import { Injectable } from '@nestjs/common';
import { deadLetter, done, ignore, type Outcome, type SqlTransaction } from '@waybill/messaging';
import { Outbox, type NewMessage } from '@waybill/outbox';
import { StockStore } from '../stock/stock.store.js';
import type { Decision, Order, OrderStatus } from './order.js';
import { notificationOf } from './order-messages.js';
import { OrdersStore } from './orders.store.js';

/** Load, decide, save, announce: what every handler of the order's saga has in common. */
@Injectable()
export class CarryOut {
  constructor(
    private readonly orders: OrdersStore,
    private readonly stock: StockStore,
    private readonly outbox: Outbox,
  ) {}

  /** Locks all orders of a batch, and reads what those that hold stock consist of, in a statement each. */
  async lookAhead(
    payloads: readonly { readonly orderId: string }[],
    transaction: SqlTransaction,
  ): Promise<void> {
    const orderIds = payloads.map(({ orderId }) => orderId);
    await this.orders.lockAll(orderIds, transaction);
    await this.orders.readLines(this.orders.withStock(orderIds, transaction), transaction);
  }

  /** Orders that have left `from` stay as they are, so every decision is safe twice. */
  async onOrder(
    orderId: string,
    transaction: SqlTransaction,
    decide: (order: Order) => Decision | Promise<Decision>,
    from: OrderStatus = 'PENDING',
  ): Promise<Outcome> {
    const order = await this.orders.lock(orderId, transaction);
    if (!order) return deadLetter('order-not-found');
    if (order.status !== from) return ignore(`order is ${order.status}`);

    await this.apply(await decide(order), transaction);
    return done();
  }

  /** Saves, moves the stock and announces. The caller has locked the order. */
  async apply(decision: Decision, transaction: SqlTransaction): Promise<void> {
    this.orders.save(decision.order, transaction);
    await this.moveStock(decision, transaction);
    const notification = await this.notification(decision, transaction);
    await this.outbox.add([...decision.announcements, ...notification], transaction);
  }

  private async notification({ order, stock }: Decision, transaction: SqlTransaction): Promise<NewMessage[]> {
    if (stock !== 'sell') return [];
    return notificationOf(order, await this.orders.lines(order.orderId, transaction));
  }

  private async moveStock({ order, stock }: Decision, transaction: SqlTransaction): Promise<void> {
    if (stock === 'keep') return;
    const lines = await this.orders.lines(order.orderId, transaction);
    this.stock[stock](lines, transaction);
  }
}
