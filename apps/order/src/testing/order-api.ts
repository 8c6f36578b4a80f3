import { ContentStore } from '@waybill/claim-check';
import { images } from '@waybill/contracts';
import { MemoryBroker } from '@waybill/messaging';
import { Outbox, OutboxRelay } from '@waybill/outbox';
import {
  createService,
  DATABASE,
  DatabaseModule,
  ServiceLogger,
  uuidV7,
  type Authentication,
  type PrismaDatabase,
  type RunningService,
} from '@waybill/service-kit';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { AdmitOrder } from '../backpressure/admit-order.js';
import { BackpressureModule } from '../backpressure/backpressure.module.js';
import type { OrderQueue } from '../backpressure/order-queue.js';
import type { Limits } from '../backpressure/pressure.js';
import { CancelOrder } from '../cancellations/cancel-order.js';
import { CancellationsController } from '../cancellations/cancellations.controller.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { IdempotencyKeysStore } from '../idempotency/idempotency-keys.store.js';
import { ImagesController } from '../images/images.controller.js';
import { CarryOut } from '../orders/carry-out.js';
import { FindOrders } from '../orders/find-orders.js';
import { OrdersController } from '../orders/orders.controller.js';
import { OrdersStore } from '../orders/orders.store.js';
import { PlaceOrder } from '../orders/place-order.js';
import { outboxRoutes } from '../outbox-routes.js';
import { ProductsController } from '../stock/products.controller.js';
import { ProductsStore } from '../stock/products.store.js';
import { StockStore } from '../stock/stock.store.js';

const migrations = new URL('../../prisma/migrations', import.meta.url);
const sku = 'CD-1177';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly tookMs: number;
}

class ApiAlone {}

interface Surroundings {
  readonly authentication?: Authentication | undefined;
  readonly admin?: string;
  readonly bucket?: string;
}

/** The HTTP side of the order service on a database of its own. Nothing leaves its outbox until `relay` is called. */
export class OrderApi {
  /** Whoever asks, where somebody is asked. */
  private credential: Record<string, string> = {};
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly throwaway: ThrowawayDatabase,
    private readonly service: RunningService,
    readonly database: PrismaDatabase,
  ) {}

  /**
   * `through`: the service's own way to its database. `admin`: a key, where `authentication` asks for one. `bucket`: where
   * images are, for tests that have any.
   */
  static async open(
    backpressure: { queue: OrderQueue; limits: Limits },
    through = async (url: string): Promise<string> => url,
    { authentication, admin, bucket = 'none' }: Surroundings = {},
  ): Promise<OrderApi> {
    const throwaway = await throwawayDatabase({ migrations });
    const url = await through(throwaway.url);
    const { prefix, maxBytes } = images;
    const service = await createService(
      {
        module: ApiAlone,
        imports: [
          DatabaseModule.for({ client: PrismaClient, migrations, url }),
          BackpressureModule.for({ ...backpressure, lookEveryMs: 20 }),
        ],
        controllers: [OrdersController, CancellationsController, ProductsController, ImagesController],
        providers: [
          { provide: ContentStore, useValue: new ContentStore({ bucket, prefix, maxBytes }) },
          { provide: Outbox, useValue: new Outbox({ source: '/waybill/order', routes: outboxRoutes }) },
          ...[AdmitOrder, PlaceOrder, FindOrders, OrdersStore, ProductsStore, IdempotencyKeysStore],
          ...[CancelOrder, CarryOut, StockStore],
        ],
      },
      { name: 'order', port: 0, authentication, logger: new ServiceLogger('order', 'silent') },
    );
    const api = new OrderApi(throwaway, service, service.app.get<PrismaDatabase>(DATABASE));
    await api.as(admin).put();
    return api;
  }

  /** From now on it asks with this key. */
  as(key: string | undefined): this {
    this.credential = key ? { 'x-api-key': key } : {};
    return this;
  }

  put(change: object = {}): Promise<Answer> {
    return this.send('PUT', `/products/${sku}`, { priceCents: 1_177, onHand: 1_000, ...change });
  }

  addImage(image: Uint8Array, type: string): Promise<Answer> {
    return this.send('POST', '/images', image, { 'content-type': type });
  }

  place(key: string = uuidV7(), customerId = 'c-1'): Promise<Answer> {
    const body = { customerId, lines: [{ sku, quantity: 1 }] };
    return this.send('POST', '/orders', body, { 'idempotency-key': key });
  }

  cancel(orderId: string, key?: string): Promise<Answer> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.send('POST', `/orders/${orderId}/cancellations`, undefined, headers);
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.service.url}/metrics`)).text();
  }

  /** As the body of `/health/ready` shows it. */
  async backpressure(): Promise<Record<string, unknown>> {
    const { body } = await this.get('/health/ready');
    return (body['reports'] as Record<string, Record<string, unknown>>)['backpressure']!;
  }

  /** Rows of orders, keys and outbox. */
  async stored(): Promise<readonly number[]> {
    const [counted] = await this.database.query<Record<'orders' | 'keys' | 'outbox', number>>(`
      SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM idempotency_keys) AS keys,
             (SELECT count(*)::int FROM outbox) AS outbox`);
    return [counted!.orders, counted!.keys, counted!.outbox];
  }

  /** From now on the outbox empties, as it does when brokers come back. */
  relay(): void {
    const publisher = new MemoryBroker().publisher();
    const relay = new OutboxRelay({
      databaseUrl: this.throwaway.url,
      publishers: { kafka: publisher, rabbitmq: publisher },
      owner: 'relay',
      events: { emit: () => undefined },
    });
    relay.start();
    this.closers.push(() => relay.stop());
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
    await this.service.stop();
    await this.throwaway.drop();
  }

  private async send(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const startedAt = performance.now();
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.service.url + path, {
      method,
      headers: { ...content, ...this.credential, ...headers },
      ...(body !== undefined && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    const tookMs = performance.now() - startedAt;
    return { status: response.status, headers: response.headers, body: answer, tookMs };
  }
}
