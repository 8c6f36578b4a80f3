import { Logger } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import { postgresAdapter, prismaDatabase, uuidV7, type PrismaDatabase } from '@waybill/service-kit';
import { throwawayDatabase } from '@waybill/test-kit';
import { PrismaClient } from '../generated/prisma/client.js';
import { IdempotencyKeysStore } from '../idempotency/idempotency-keys.store.js';
import { CarryOut } from '../orders/carry-out.js';
import { FindOrders } from '../orders/find-orders.js';
import { OrdersStore } from '../orders/orders.store.js';
import { PlaceOrder } from '../orders/place-order.js';
import type { PlaceOrderBody } from '../orders/place-order.schema.js';
import { outboxRoutes } from '../outbox-routes.js';
import { ProductsStore } from '../stock/products.store.js';
import { StockStore } from '../stock/stock.store.js';

const migrations = new URL('../../prisma/migrations', import.meta.url);

/** The order service without brokers and HTTP: its use cases on a database of their own. */
export interface OrderWorld {
  readonly url: string;
  readonly database: PrismaDatabase;
  readonly placeOrder: PlaceOrder;
  readonly findOrders: FindOrders;
  readonly products: ProductsStore;
  readonly orders: OrdersStore;
  readonly stock: StockStore;
  readonly carryOut: CarryOut;
  readonly keys: IdempotencyKeysStore;
  readonly outbox: Outbox;
  /** `type address` of every row in the outbox, in the order in which they will be sent. */
  announced(orderId?: string): Promise<string[]>;
  count(table: string): Promise<number>;
  /** As a handler runs: in one transaction, committed at the end. */
  within<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `through`: its own way to its database. */
export async function openOrderWorld(through = async (url: string) => url): Promise<OrderWorld> {
  Logger.overrideLogger(false);
  const throwaway = await throwawayDatabase({ migrations });
  const client = new PrismaClient({ adapter: postgresAdapter({ url: await through(throwaway.url) }) });
  const database = prismaDatabase(client);
  await database.query('SELECT 1'); // Prisma loads its engine at the first query, which Jest allows only within a test or hook
  return {
    ...useCasesOn(database),
    url: throwaway.url,
    database,
    announced: async (orderId) => {
      const rows = await database.query<{ row: string }>(announcedSql, [orderId ?? null]);
      return rows.map(({ row }) => row);
    },
    count: async (table) => {
      const [counted] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      return counted!.n;
    },
    within: (work) => database.transaction(work),
    close: async () => {
      await client.$disconnect();
      await throwaway.drop();
    },
  };
}

function useCasesOn(database: PrismaDatabase) {
  const products = new ProductsStore(database);
  const orders = new OrdersStore();
  const stock = new StockStore();
  const keys = new IdempotencyKeysStore();
  const outbox = new Outbox({ source: '/waybill/order', routes: outboxRoutes });
  return {
    products,
    orders,
    stock,
    keys,
    outbox,
    placeOrder: new PlaceOrder(database, products, keys, orders, outbox),
    findOrders: new FindOrders(database),
    carryOut: new CarryOut(orders, stock, outbox),
  };
}

const announcedSql = `
  SELECT attributes->>'type' || ' ' || address AS row FROM outbox
  WHERE $1::text IS NULL OR attributes->>'subject' = $1 ORDER BY number`;

/** A product of its own for one test, put on the shelf. */
export async function newProduct(
  { products }: OrderWorld,
  onHand: number,
  priceCents = 1_177,
  currency = 'USD',
  imageS3Key?: string,
) {
  const sku = `CD-${uuidV7()}`;
  await products.put({ sku, priceCents, currency, onHand, ...(imageS3Key && { imageS3Key }) });
  return sku;
}

export function orderFor(sku: string, change: Partial<PlaceOrderBody> = {}): PlaceOrderBody {
  return { customerId: uuidV7(), lines: [{ sku, quantity: 1 }], currency: 'USD', express: false, ...change };
}

/** As an order placed under this key would claim it, with a body of its own. */
export function claimOf(key: string, customerId = 'c-1') {
  const answer = { orderId: `of ${key}` };
  return { customerId, route: 'POST /orders', key, bodyHash: Buffer.alloc(32), answer };
}
