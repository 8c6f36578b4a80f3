import { Injectable } from '@nestjs/common';
import { lockNames, perTransaction, type SqlTransaction } from '@waybill/messaging';
import type { OrderLine } from '../orders/order.js';
import { availableSql, changeStockSql } from './stock.sql.js';

/** Rows of `products` change only under these locks, so that no two transactions can take them in opposite order. */
export const stockLock = (sku: string): string => `sku:${sku}`;

interface Change {
  readonly onHand: number;
  readonly reserved: number;
}

/** The shelf as one transaction sees and changes it, by SKU. */
interface OpenShelf {
  /** Before our changes, read under the SKUs' locks. */
  readonly available: Map<string, number>;
  readonly changes: Map<string, Change>;
}

const noChange: Change = { onHand: 0, reserved: 0 };

/**
 * The shelf: available = onHand − reserved, never negative (a constraint says so too). Changes are gathered and written
 * for the whole transaction right before it commits.
 */
@Injectable()
export class StockStore {
  private readonly open = perTransaction((transaction): OpenShelf => {
    const shelf: OpenShelf = { available: new Map(), changes: new Map() };
    transaction.beforeCommit(() => write(shelf, transaction));
    return shelf;
  });

  /** Reserves all lines or none; false when one is not available. The caller holds the lines' `stockLock`s. */
  async reserve(lines: readonly OrderLine[], transaction: SqlTransaction): Promise<boolean> {
    const wanted = quantitiesBySku(lines);
    await this.look([...wanted.keys()], transaction);
    const shelf = this.open(transaction);
    const enough = [...wanted].every(([sku, quantity]) => availableOf(sku, shelf) >= quantity);
    if (enough) for (const [sku, quantity] of wanted) change(shelf, sku, { onHand: 0, reserved: quantity });
    return enough;
  }

  /** Reads what is available, one statement for all that were not looked at yet. The caller holds their `stockLock`s. */
  async look(skus: readonly string[], transaction: SqlTransaction): Promise<void> {
    const { available } = this.open(transaction);
    const missing = [...new Set(skus)].filter((sku) => !available.has(sku));
    if (missing.length === 0) return;
    const rows = await transaction.query<{ sku: string; available: bigint }>(availableSql, [missing]);
    const found = new Map(rows.map((row) => [row.sku, Number(row.available)]));
    for (const sku of missing) available.set(sku, found.get(sku) ?? 0);
  }

  /** Confirmed: what was reserved leaves the shelf. */
  sell(lines: readonly OrderLine[], transaction: SqlTransaction): void {
    const shelf = this.open(transaction);
    for (const { sku, quantity } of lines) change(shelf, sku, { onHand: -quantity, reserved: -quantity });
  }

  /** Refunded: what was sold is on the shelf again. */
  takeBack(lines: readonly OrderLine[], transaction: SqlTransaction): void {
    const shelf = this.open(transaction);
    for (const { sku, quantity } of lines) change(shelf, sku, { onHand: quantity, reserved: 0 });
  }

  /** Rejected or expired: what was reserved is available again. */
  release(lines: readonly OrderLine[], transaction: SqlTransaction): void {
    const shelf = this.open(transaction);
    for (const { sku, quantity } of lines) change(shelf, sku, { onHand: 0, reserved: -quantity });
  }
}

function availableOf(sku: string, { available, changes }: OpenShelf): number {
  const { onHand, reserved } = changes.get(sku) ?? noChange;
  return available.get(sku)! + onHand - reserved;
}

function change({ changes }: OpenShelf, sku: string, by: Change): void {
  const { onHand, reserved } = changes.get(sku) ?? noChange;
  changes.set(sku, { onHand: onHand + by.onHand, reserved: reserved + by.reserved });
}

function quantitiesBySku(lines: readonly OrderLine[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return wanted;
}

async function write({ available, changes }: OpenShelf, transaction: SqlTransaction): Promise<void> {
  if (changes.size === 0) return;
  const skus = [...changes.keys()];
  // What was looked at is locked already.
  await lockNames(skus.filter((sku) => !available.has(sku)).map(stockLock), transaction);
  await transaction.execute(changeStockSql, [
    skus,
    skus.map((sku) => changes.get(sku)!.onHand),
    skus.map((sku) => changes.get(sku)!.reserved),
  ]);
}
