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

interface PriceRow {
  readonly sku: string;
  readonly price_cents: bigint;
  readonly currency: string;
  readonly image_s3_key: string | null;
}

interface ProductRow extends PriceRow {
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
    const rows = await transaction.query<PriceRow>(
      'SELECT sku, price_cents, currency, image_s3_key FROM products WHERE sku = ANY ($1::text[])',
      [skus],
    );
    return new Map(rows.map((row) => [row.sku, rowToPrice(row)]));
  }

  async list(after: string, limit: number): Promise<Product[]> {
    const rows = await this.database.query<ProductRow>(
      `SELECT sku, price_cents, currency, image_s3_key, on_hand, reserved FROM products
       WHERE sku > $1 ORDER BY sku LIMIT $2::int`,
      [after, limit],
    );
    return rows.map(rowToProduct);
  }

  put({ sku, priceCents, currency, imageS3Key, onHand }: Omit<Product, 'reserved'>): Promise<Product> {
    return this.database
      .transaction(async (transaction) => {
        await lockNames([stockLock(sku)], transaction);
        const values = [sku, priceCents, currency, onHand, imageS3Key ?? null];
        const [row] = await transaction.query<ProductRow>(putProductSql, values);
        return rowToProduct(row!);
      })
      .catch((error: unknown) => {
        if (!(error instanceof PostgresError) || error.code !== checkViolation) throw error;
        throw new StockBelowReservedError(`${sku}: more is reserved than ${onHand}`, { cause: error });
      });
  }
}

function rowToPrice({ sku, price_cents, currency, image_s3_key }: PriceRow): Price {
  const image = image_s3_key !== null && { imageS3Key: image_s3_key };
  return { sku, priceCents: Number(price_cents), currency, ...image };
}

function rowToProduct(row: ProductRow): Product {
  return { ...rowToPrice(row), onHand: Number(row.on_hand), reserved: Number(row.reserved) };
}
