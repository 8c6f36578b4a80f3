import { Inject, Injectable } from '@nestjs/common';
import { lockNames, type SqlTransaction } from '@waybill/messaging';
import { DATABASE, PostgresError, type PrismaDatabase } from '@waybill/service-kit';
import type { Price } from '../orders/price-lines.js';
import { putProductSql } from './stock.sql.js';
import { stockLock } from './stock.store.js';

export interface Product extends Price {
  readonly onHand: number;
  readonly reserved: number;
}

interface ProductRow {
  readonly sku: string;
  readonly price_cents: bigint;
  readonly currency: string;
  readonly on_hand: bigint;
  readonly reserved: bigint;
}

/** More is reserved than the new shelf would hold. */
export class StockBelowReservedError extends Error {}

const checkViolation = '23514';

/** Products as people see and change them; the saga changes their stock through `StockStore`. */
@Injectable()
export class ProductsStore {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  async prices(skus: readonly string[], transaction: SqlTransaction): Promise<Map<string, Price>> {
    const rows = await transaction.query<ProductRow>(
      'SELECT sku, price_cents, currency FROM products WHERE sku = ANY ($1::text[])',
      [skus],
    );
    return new Map(
      rows.map((row) => [
        row.sku,
        { sku: row.sku, priceCents: Number(row.price_cents), currency: row.currency },
      ]),
    );
  }

  async list(after: string, limit: number): Promise<Product[]> {
    const rows = await this.database.query<ProductRow>(
      'SELECT sku, price_cents, currency, on_hand, reserved FROM products WHERE sku > $1 ORDER BY sku LIMIT $2::int',
      [after, limit],
    );
    return rows.map(rowToProduct);
  }

  put({ sku, priceCents, currency, onHand }: Omit<Product, 'reserved'>): Promise<Product> {
    return this.database
      .transaction(async (transaction) => {
        await lockNames([stockLock(sku)], transaction);
        const [row] = await transaction.query<ProductRow>(putProductSql, [sku, priceCents, currency, onHand]);
        return rowToProduct(row!);
      })
      .catch((error: unknown) => {
        if (!(error instanceof PostgresError) || error.code !== checkViolation) throw error;
        throw new StockBelowReservedError(`${sku}: more is reserved than ${onHand}`, { cause: error });
      });
  }
}

function rowToProduct(row: ProductRow): Product {
  return {
    sku: row.sku,
    priceCents: Number(row.price_cents),
    currency: row.currency,
    onHand: Number(row.on_hand),
    reserved: Number(row.reserved),
  };
}
