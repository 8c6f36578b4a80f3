import { OrderCreated, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome, PayloadOf, SqlTransaction } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { stockLock, StockStore } from '../stock/stock.store.js';
import { CarryOut } from './carry-out.js';
import { outOfStock, stockReserved, unchanged } from './order.js';

/** Reserves an order's stock and asks for its money. Safe twice: an order holds its reservation only once. */
@HandlesMessage(OrderCreated, { subscription: subscriptions.orderProcessing })
export class OnOrderCreated implements MessageHandler<typeof OrderCreated> {
  constructor(
    private readonly carryOut: CarryOut,
    private readonly stock: StockStore,
  ) {}

  locks({ lines }: PayloadOf<typeof OrderCreated>): string[] {
    return lines.map(({ sku }) => stockLock(sku));
  }

  async lookAhead(
    payloads: readonly PayloadOf<typeof OrderCreated>[],
    transaction: SqlTransaction,
  ): Promise<void> {
    await this.carryOut.lookAhead(payloads, transaction);
    const lines = payloads.flatMap((payload) => payload.lines);
    await this.stock.look(
      lines.map(({ sku }) => sku),
      transaction,
    );
  }

  handle({ payload, transaction }: Delivery<typeof OrderCreated>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, async (order) => {
      // No longer wanted: nothing is asked for, so payment's answer to `payment.cancel` can only end it.
      if (order.stockReserved || order.cancelRequestedAt) return unchanged(order);
      const reserved = await this.stock.reserve(payload.lines, transaction);
      return reserved ? stockReserved(order, new Date()) : outOfStock(order, new Date());
    });
  }
}
