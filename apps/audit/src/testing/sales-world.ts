import { Logger } from '@nestjs/common';
import { OrderConfirmed } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import {
  anyMessage,
  defineSubscription,
  SubscriptionRunner,
  type Broker,
  type MessagingEvent,
  type Publisher,
} from '@waybill/messaging';
import {
  applyKafkaTopology,
  committedOffsets,
  kafkaBroker,
  type TransactionalLane,
} from '@waybill/messaging-kafka';
import { postgresAdapter, prismaDatabase, uuidV7, type PrismaDatabase } from '@waybill/service-kit';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { PrismaClient } from '../generated/prisma/client.js';
import { OnSalesCounted } from '../sales/on-sales-counted.handler.js';
import { salesLane } from '../sales/sales-lane.js';
import { SalesStore } from '../sales/sales.store.js';
import { eventOf } from './test-events.js';

const migrations = new URL('../../prisma/migrations', import.meta.url);
const brokers = () => process.env['KAFKA_BROKERS']!.split(',');

/** The way of a sale on real servers with names of its own: events, lane, counted records, table. */
export class SalesWorld {
  readonly events: MessagingEvent[] = [];
  readonly kafka = {
    brokers: brokers(),
    clientId: 'test',
    sessionTimeoutMs: 10_000,
    events: { emit: (event: MessagingEvent) => void this.events.push(event) },
  };
  private readonly broker: Broker = kafkaBroker(this.kafka);
  private readonly publisher: Publisher = this.broker.publisher('sales test');
  names = freshNames();
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly throwaway: ThrowawayDatabase,
    private readonly client: PrismaClient,
    readonly database: PrismaDatabase,
  ) {}

  static async open(): Promise<SalesWorld> {
    Logger.overrideLogger(false);
    const throwaway = await throwawayDatabase({ migrations });
    const client = new PrismaClient({ adapter: postgresAdapter({ url: throwaway.url }) });
    const world = new SalesWorld(throwaway, client, prismaDatabase(client));
    await world.declareTopics();
    await world.database.query('SELECT 1'); // Prisma loads its engine at the first query, which Jest allows only within a test or hook
    return world;
  }

  get databaseUrl(): string {
    return this.throwaway.url;
  }

  /** How far the lane has read. */
  committed(): Promise<Map<number, bigint>> {
    const { group, from: topic } = this.names;
    return committedOffsets({ group, topic }, this.kafka);
  }

  /** As when the cluster is gone and another one stands in its place: whoever read there begins here from the beginning. */
  async loseTopics(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
    this.names = freshNames();
    await this.declareTopics();
    this.startLane();
    await this.startReader();
  }

  private declareTopics(): Promise<void> {
    const topics = [
      { name: this.names.from, partitions: 3, config: {} },
      { name: this.names.to, partitions: 1, config: {} },
    ];
    return applyKafkaTopology({ kafka: { topics } }, { brokers: brokers() });
  }

  startLane(): TransactionalLane {
    const lane = salesLane(this.kafka, this.names);
    this.closers.push(() => lane.close());
    void lane.start();
    return lane;
  }

  async startReader(): Promise<void> {
    const runner = new SubscriptionRunner({
      broker: this.broker,
      subscription: defineSubscription({
        name: this.names.reader,
        broker: 'kafka',
        addresses: [this.names.to],
        order: 'key',
        lane: 'batch',
        terminal: true,
      }),
      handlers: [{ contract: anyMessage, handler: new OnSalesCounted(new SalesStore(), this.kafka.events) }],
      database: this.database,
      inbox: new PostgresInbox(),
      events: this.kafka.events,
    });
    this.closers.push(() => runner.drain(5_000));
    await runner.start();
  }

  /** One order each, and copies of some. */
  async confirm(...orders: readonly ConfirmedOrder[]): Promise<void> {
    const batch = orders.map(({ customer, ...facts }) => {
      const body = JSON.stringify({ ...OrderConfirmed.example, ...facts });
      const message = eventOf({ type: 'order.confirmed', orderId: facts.orderId, key: customer, body });
      return { address: this.names.from, message };
    });
    await this.publish(batch);
  }

  async write(address: string, ...bodies: readonly string[]): Promise<void> {
    const bare = { key: 'k', attributes: {}, headers: {} };
    await this.publish(bodies.map((body) => ({ address, message: { ...bare, body: Buffer.from(body) } })));
  }

  /** What `GET /sales` would add up to. */
  async sold(): Promise<{ orders: number; cents: number }> {
    const found = await new SalesStore().latest({ minutes: 527_040, limit: 10_000 }, this.database);
    const sum = (of: 'orders' | 'cents') => found.reduce((total, each) => total + each[of], 0);
    return { orders: sum('orders'), cents: sum('cents') };
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
    await this.publisher.close();
    await this.broker.close();
    await this.client.$disconnect();
    await this.throwaway.drop();
  }

  private async publish(batch: Parameters<Publisher['publish']>[0]): Promise<void> {
    const results = await this.publisher.publish(batch);
    if (results.some(({ status }) => status !== 'confirmed')) throw new Error('not confirmed');
  }
}

function freshNames() {
  const id = uuidV7();
  return {
    from: `orders.${id}`,
    to: `sales.${id}`,
    group: `lane.${id}`,
    reader: `reader.${id}`,
    gatherMs: 0,
  };
}

export interface ConfirmedOrder {
  readonly orderId: string;
  readonly customer: string;
  readonly totalCents: number;
  readonly settledAt: string;
}

let placed = 0;

/** Of any customer, settled within the last ten minutes. */
export function confirmedOrder(): ConfirmedOrder {
  const number = placed++;
  const settledAt = new Date(Date.now() - (number % 10) * 60_000).toISOString();
  return { orderId: uuidV7(), customer: `c-${number % 20}`, totalCents: 100 + (number % 900), settledAt };
}
