import { Logger } from '@nestjs/common';
import { StorefrontActivity } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import {
  anyMessage,
  defineSubscription,
  MemoryBroker,
  SubscriptionRunner,
  type AnyHandler,
  type Contract,
  type MessagingEvent,
  type Subscription,
} from '@waybill/messaging';
import { postgresAdapter, prismaDatabase, type PrismaDatabase } from '@waybill/service-kit';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { ActivityStore } from '../activity/activity.store.js';
import { OnStorefrontActivity } from '../activity/on-storefront-activity.handler.js';
import { ChainStore } from '../chain/chain.store.js';
import { OnAuditedEvent } from '../chain/on-audited-event.handler.js';
import { VerifyChain } from '../chain/verify-chain.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { DeliveryNoticesStore } from '../deliveries/delivery-notices.store.js';
import { OnDeliveryNotice } from '../deliveries/on-delivery-notice.handler.js';
import { HeadsTopic } from '../heads/heads-topic.js';
import { PublishHead } from '../heads/publish-head.js';
import { FindJourney } from '../journeys/find-journey.js';
import { OnOrderEvent } from '../rails/on-order-event.handler.js';
import { CustomerKeysStore } from '../people/customer-keys.store.js';
import { ErasePersonalData } from '../people/erase-personal-data.js';
import { SealEntries } from '../people/seal-entries.js';
import { RailsStore } from '../rails/rails.store.js';
import { ReconcileRails } from '../rails/reconcile-rails.js';
import type { TestEvent } from './test-events.js';

const migrations = new URL('../../prisma/migrations', import.meta.url);

const chainStore = () => new ChainStore(new SealEntries(new CustomerKeysStore()));

export const graceMs = 60_000;

export const jaegerUrl = 'http://jaeger.test';

/** The audit service on a database of its own, with both rails as addresses of one memory broker. */
export class AuditWorld {
  readonly broker = new MemoryBroker();
  readonly heads: HeadsTopic;
  readonly publishHead: PublishHead;
  readonly verifyChain: VerifyChain;
  readonly rails: ReconcileRails;
  readonly journeys: FindJourney;
  readonly personalData: ErasePersonalData;
  private readonly told: MessagingEvent[] = [];
  private readonly runners: SubscriptionRunner[] = [];

  private constructor(
    private readonly throwaway: ThrowawayDatabase,
    private readonly client: PrismaClient,
    readonly database: PrismaDatabase,
  ) {
    this.heads = new HeadsTopic({
      broker: this.broker,
      address: 'heads',
      events: this.events,
      timeoutMs: 2_000,
    });
    this.publishHead = new PublishHead(database, this.heads);
    this.verifyChain = new VerifyChain(database, this.heads);
    this.rails = new ReconcileRails(database, graceMs);
    this.journeys = new FindJourney(database, jaegerUrl);
    this.personalData = new ErasePersonalData(database);
  }

  static async open(): Promise<AuditWorld> {
    Logger.overrideLogger(false);
    const throwaway = await throwawayDatabase({ migrations });
    const client = new PrismaClient({ adapter: postgresAdapter({ url: throwaway.url }) });
    const world = new AuditWorld(throwaway, client, prismaDatabase(client));
    await world.database.query('SELECT 1'); // Prisma loads its engine at the first query, which Jest allows only within a test or hook
    await world.heads.start();
    const stores = { chain: chainStore(), rails: new RailsStore() };
    await world.consume('kafka', new OnAuditedEvent(stores.chain, stores.rails));
    await world.consume('rabbitmq', new OnOrderEvent(stores.rails));
    const notices = new OnDeliveryNotice(new DeliveryNoticesStore());
    await world.consume('deliveries', notices, anyMessage, { order: 'none', terminal: true });
    await world.consume('activity', new OnStorefrontActivity(new ActivityStore()), StorefrontActivity);
    return world;
  }

  /** Another address whose messages are chained by stores of their own, as in another process. */
  consumeAsAnotherProcess(address: string): Promise<void> {
    return this.consume(address, new OnAuditedEvent(chainStore(), new RailsStore()));
  }

  /** Published to the address and settled, each copy. */
  async deliver(address: string, ...events: readonly TestEvent[]): Promise<string[]> {
    const settledBefore = this.settledOn(address).length;
    await this.broker.publisher().publish(events.map((message) => ({ address, message })));
    await eventually(() => {
      if (this.settledOn(address).length < settledBefore + events.length)
        throw new Error(`not settled yet; last told: ${JSON.stringify(this.told.slice(-5))}`);
    });
    return this.settledOn(address).slice(settledBefore);
  }

  verify() {
    return this.verifyChain.verify();
  }

  /** Behind the service's back, as whoever may write to the database. */
  async tamper(sql: string): Promise<void> {
    await this.database.execute(sql);
  }

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.drain(1_000)));
    await this.broker.close();
    await this.client.$disconnect();
    await this.throwaway.drop();
  }

  private async consume(
    address: string,
    handler: AnyHandler,
    contract: Contract = anyMessage,
    changes: Partial<Subscription> = {},
  ): Promise<void> {
    const declared = {
      name: address,
      broker: 'memory',
      addresses: [address],
      order: 'key',
      lane: 'batch',
    } as const;
    const runner = new SubscriptionRunner({
      broker: this.broker,
      subscription: defineSubscription({ ...declared, prefetch: 1_000, ...changes }),
      handlers: [{ contract, handler }],
      database: this.database,
      inbox: new PostgresInbox(),
      events: this.events,
    });
    this.runners.push(runner);
    await runner.start();
  }

  private get events() {
    return { emit: (event: MessagingEvent) => void this.told.push(event) };
  }

  private settledOn(address: string): string[] {
    const kinds = ['handled', 'duplicate', 'deadLettered'];
    return this.told
      .filter(
        (event) => 'subscription' in event && event.subscription === address && kinds.includes(event.kind),
      )
      .map(({ kind }) => kind);
  }
}
