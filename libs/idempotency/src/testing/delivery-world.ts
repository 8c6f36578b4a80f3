import { readFile } from 'node:fs/promises';
import {
  defineSubscription,
  deliveryStateSql,
  MemoryBroker,
  SubscriptionRunner,
  writeControl,
  writeEnvelope,
  type Contract,
  type Delivery,
  type DeliveryNotice,
  type Message,
  type MessagingEvent,
  type Outcome,
  type RunnerOptions,
  type Subscription,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inboxSql } from '../inbox-sql.js';
import { PostgresInbox } from '../postgres-inbox.js';

export const text: Contract<string> = {
  type: 'text',
  dataschema: 'urn:test:text',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

type Handle = (delivery: Delivery<typeof text>) => Promise<Outcome>;

/** Subscriptions of a memory broker over a real database with inbox and delivery state. */
export class DeliveryWorld {
  readonly broker = new MemoryBroker();
  readonly events: MessagingEvent[] = [];
  readonly notices: DeliveryNotice[] = [];
  /** Payloads in the order in which their runs committed. */
  readonly effects: string[] = [];
  private readonly runners: SubscriptionRunner[] = [];

  private constructor(
    private readonly throwaway: ThrowawayDatabase,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<DeliveryWorld> {
    const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
    const throwaway = await throwawayDatabase({ sql: sql.join('\n') });
    const pool = new pg.Pool({ connectionString: throwaway.url, max: 10 });
    // The drop may cut a connection that is still closing.
    pool.on('error', () => undefined);
    return new DeliveryWorld(throwaway, pool);
  }

  get databaseUrl(): string {
    return this.throwaway.url;
  }

  get database() {
    return pgDatabase(this.pool);
  }

  subscription(change: Partial<Subscription> = {}): Subscription {
    const name = `s-${randomUUID()}`;
    return defineSubscription({
      name,
      broker: 'memory',
      addresses: [`a-${name}`],
      order: 'key',
      lane: 'batch',
      delaysMs: [100, 200],
      ...change,
    });
  }

  async run(
    subscription: Subscription,
    handle: Handle = () => Promise.reject(new Error('no handler')),
    options: Partial<RunnerOptions> = {},
  ): Promise<SubscriptionRunner> {
    const handler = {
      handle: async (delivery: Delivery<typeof text>) => {
        delivery.transaction.afterCommit(() => void this.effects.push(delivery.payload));
        return handle(delivery);
      },
    };
    const runner = new SubscriptionRunner({
      broker: this.broker,
      subscription,
      handlers: [{ contract: text, handler }],
      database: this.database,
      inbox: new PostgresInbox(),
      events: { emit: (event) => void this.events.push(event) },
      announce: async (notices, transaction) =>
        transaction.afterCommit(() => void this.notices.push(...notices)),
      ...options,
    });
    this.runners.push(runner);
    await runner.start();
    return runner;
  }

  async publish(address: string, ...messages: readonly Message[]): Promise<void> {
    await this.broker.publisher().publish(messages.map((message) => ({ address, message })));
  }

  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, [...values])).rows as Row[];
  }

  eventually = eventually;

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.drain(1_000)));
    await this.pool.end();
    await this.throwaway.drop();
  }
}

export function messageOf(payload: string, key = 'k', id: string = randomUUID()): Message {
  const attributes = writeEnvelope({
    id,
    type: 'text',
    source: '/test',
    subject: payload,
    time: new Date().toISOString(),
    dataschema: text.dataschema,
    sequence: 1,
  });
  return { key, attributes, headers: { origin: 'kept' }, body: Buffer.from(payload) };
}

/** What a person asks of a subscription about a message. */
export function operationOn(
  kind: 'replay' | 'correct' | 'discard',
  message: Message,
  subscription: Subscription,
) {
  return writeControl(
    {
      operationId: randomUUID(),
      kind,
      messageId: message.attributes['id']!,
      actor: 'ann',
      reason: 'a test',
      askedAt: new Date().toISOString(),
      message: {
        address: subscription.addresses[0]!,
        key: message.key,
        attributes: message.attributes,
        headers: message.headers,
        body: Buffer.from(message.body).toString('base64'),
      },
    },
    subscription,
  );
}
