import { Inject, Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { orderColumns, rowToOrder, type OrderRow } from '../orders/order-row.js';
import { refundCommand, timeIsUp } from '../orders/order.js';

export const SWEEP_OPTIONS = Symbol('sweep options');

export interface SweepOptions {
  /** Orders pending for longer are asked about. */
  readonly ageMs: number;
  readonly intervalMs: number;
}

const sweepLimit = 500;

/** Rows another replica is sweeping, or a handler is settling, are left to it. */
const oldPendingSql = `
  SELECT ${orderColumns} FROM orders WHERE status = 'PENDING' AND created_at < now() - $1::double precision * interval '1 ms'
  ORDER BY order_id LIMIT $2::int FOR UPDATE SKIP LOCKED`;

const oldUnrefundedSql = `
  SELECT ${orderColumns} FROM orders
  WHERE status = 'CONFIRMED' AND cancel_requested_at IS NOT NULL AND refunded_at IS NULL
    AND cancel_requested_at < now() - $1::double precision * interval '1 ms'
  ORDER BY order_id LIMIT $2::int FOR UPDATE SKIP LOCKED`;

/**
 * The net under the wait queue: orders that are pending for far longer than their 15 minutes are asked about again,
 * however their `order.expire` was lost; and so is a refund that does not come. Asking twice is harmless.
 */
@Injectable()
export class SweepUnpaidOrders {
  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly outbox: Outbox,
    @Inject(SWEEP_OPTIONS) private readonly options: SweepOptions,
  ) {}

  get intervalMs(): number {
    return this.options.intervalMs;
  }

  /** The number of orders asked about. */
  sweep(): Promise<number> {
    return this.database.transaction((transaction) => this.askAbout(transaction));
  }

  private async askAbout(transaction: SqlTransaction): Promise<number> {
    const rows = await transaction.query<OrderRow>(oldPendingSql, [this.options.ageMs, sweepLimit]);
    const questions = rows.flatMap((row) => timeIsUp(rowToOrder(row)).announcements);
    const unrefunded = await transaction.query<OrderRow>(oldUnrefundedSql, [this.options.ageMs, sweepLimit]);
    const refunds = unrefunded.map((row) => refundCommand(rowToOrder(row)));
    await this.outbox.add([...questions, ...refunds], transaction);
    return rows.length + unrefunded.length;
  }
}
