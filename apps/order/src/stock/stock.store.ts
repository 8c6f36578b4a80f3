import { Injectable } from '@nestjs/common';
import { lockNames, perTransaction, type SqlTransaction } from '@waybill/messaging';
import type { OrderLine } from '../orders/order.js';
import { changeStockSql, reserveSql } from './stock.sql.js';

/** Rows of `products` change only under these locks, so that no two transactions can take them in opposite order. */
export const stockLock = (sku: string): string => `sku:${sku}`;

interface Change {
  onHand: number;
  reserved: number;
}

/** The shelf: available = onHand − reserved, never negative (a constraint says so too). */
@Injectable()
export class StockStore {
  private readonly changes = perTransaction((transaction) => {
    const changes = new Map<string, Change>();
    transaction.beforeCommit(() => write(changes, transaction));
    return changes;
  });

  /** Reserves all lines or none; false when one is not available. The caller holds the lines' `stockLock`s. */
  async reserve(lines: readonly OrderLine[], transaction: SqlTransaction): Promise<boolean> {
    const wanted = quantitiesBySku(lines);
    const parameters = [[...wanted.keys()], [...wanted.values()]];
    return (await transaction.execute(reserveSql, parameters)) === wanted.size;
  }

  /** Confirmed: what was reserved leaves the shelf. Written with the whole batch's changes before the commit. */
  sell(lines: readonly OrderLine[], transaction: SqlTransaction): void {
    this.gather(lines, transaction, ({ onHand, reserved }, quantity) => ({
      onHand: onHand - quantity,
      reserved: reserved - quantity,
    }));
  }

  /** Rejected or expired: what was reserved is available again. */
  release(lines: readonly OrderLine[], transaction: SqlTransaction): void {
    this.gather(lines, transaction, ({ onHand, reserved }, quantity) => ({
      onHand,
      reserved: reserved - quantity,
    }));
  }

  private gather(
    lines: readonly OrderLine[],
    transaction: SqlTransaction,
    change: (before: Change, quantity: number) => Change,
  ): void {
    const changes = this.changes(transaction);
    for (const { sku, quantity } of lines)
      changes.set(sku, change(changes.get(sku) ?? { onHand: 0, reserved: 0 }, quantity));
  }
}

function quantitiesBySku(lines: readonly OrderLine[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return wanted;
}

async function write(changes: ReadonlyMap<string, Change>, transaction: SqlTransaction): Promise<void> {
  if (changes.size === 0) return;
  const skus = [...changes.keys()];
  await lockNames(skus.map(stockLock), transaction);
  await transaction.execute(changeStockSql, [
    skus,
    skus.map((sku) => changes.get(sku)!.onHand),
    skus.map((sku) => changes.get(sku)!.reserved),
  ]);
}
