import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { newKey } from './seal.js';

/** Made in sorted order, so that two batches cannot wait for each other; a key that is there stays. */
const makeKeysSql = `
  INSERT INTO customer_keys (customer_id, key)
  SELECT * FROM unnest($1::text[], $2::bytea[]) AS made (customer_id, key)
  ON CONFLICT (customer_id) DO NOTHING`;

const findKeysSql = `
  SELECT customer_id AS "customerId", key FROM customer_keys WHERE customer_id = ANY ($1::text[])`;

const lastErasuresSql = `
  SELECT customer_id AS "customerId", max(erased_at) AS "erasedAt" FROM erasures
  WHERE customer_id = ANY ($1::text[]) GROUP BY customer_id`;

@Injectable()
export class CustomerKeysStore {
  /** One for each customer; who is erased in this very moment may have none, and is as good as erased before. */
  async keys(customerIds: readonly string[], transaction: SqlTransaction): Promise<Map<string, Uint8Array>> {
    const sorted = [...new Set(customerIds)].sort();
    if (sorted.length === 0) return new Map();
    const known = await this.find(sorted, transaction);
    const unknown = sorted.filter((customerId) => !known.has(customerId));
    if (unknown.length === 0) return known;
    await transaction.execute(makeKeysSql, [unknown, unknown.map(newKey)]);
    return this.find(sorted, transaction);
  }

  async lastErasures(
    customerIds: readonly string[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, Date>> {
    const rows = await transaction.query<{ customerId: string; erasedAt: Date }>(lastErasuresSql, [
      [...new Set(customerIds)],
    ]);
    return new Map(rows.map(({ customerId, erasedAt }) => [customerId, erasedAt]));
  }

  private async find(customerIds: readonly string[], transaction: SqlTransaction) {
    const rows = await transaction.query<{ customerId: string; key: Uint8Array }>(findKeysSql, [customerIds]);
    return new Map(rows.map(({ customerId, key }) => [customerId, key]));
  }
}
