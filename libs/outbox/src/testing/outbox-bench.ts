import { readFile } from 'node:fs/promises';
import type {
  Contract,
  MessagingEvent,
  Publisher,
  PublishResult,
  SqlDatabase,
  SqlTransaction,
} from '@waybill/messaging';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import type { NewMessage, OutboxRoutes } from '../new-message.js';
import { outboxSql } from '../outbox-sql.js';
import { Outbox } from '../outbox.js';
import { pgDatabase } from '../pg-database.js';
import { BrokerLoop } from '../relay/broker-loop.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { RelayConnections } from '../relay/relay-connections.js';
import { relaySettings, type OutboxRelayOptions } from '../relay/relay.options.js';
import { PausableClock } from './pausable-clock.js';
import { confirmed } from './recording-publisher.js';

/** Contracts whose payload is the body's text, named after where they go. */
export const text = (type: string): Contract<string> => ({
  type,
  dataschema: `urn:test:${type}`,
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
});

export const toKafka = text('to-kafka');
export const toRabbitmq = text('to-rabbitmq');
export const toBoth = text('to-both');

const kafka = { broker: 'kafka', address: 'topic' };
const rabbitmq = { broker: 'rabbitmq', address: 'exchange/key', priority: 9 };

export const routes: OutboxRoutes = {
  'to-kafka': () => [kafka],
  'to-rabbitmq': () => [rabbitmq],
  'to-both': () => [kafka, rabbitmq],
};

export interface StoredRow {
  readonly number: string;
  readonly broker: string;
  readonly key: string;
  readonly text: string;
  readonly sequence: number;
}

/** A database of its own with the outbox's tables, and what tests do to them. */
export class OutboxBench {
  readonly events: MessagingEvent[] = [];
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly throwaway: ThrowawayDatabase,
    readonly pool: pg.Pool,
    readonly database: SqlDatabase,
  ) {}

  static async open(): Promise<OutboxBench> {
    const throwaway = await throwawayDatabase({ sql: await readFile(outboxSql, 'utf8') });
    const pool = new pg.Pool({ connectionString: throwaway.url, max: 10, options: '-c jit=off' });
    // The drop may cut a connection that is still closing.
    pool.on('error', () => undefined);
    return new OutboxBench(throwaway, pool, pgDatabase(pool));
  }

  get url(): string {
    return this.throwaway.url;
  }

  outbox(relay?: OutboxRelay): Outbox {
    return new Outbox({ source: '/test', routes, ...(relay && { relay }) });
  }

  /** One transaction with these messages: `[contract, key, text]`. */
  async add(messages: readonly (readonly [Contract<string>, string, string])[], outbox = this.outbox()) {
    await this.database.transaction((transaction) => this.addIn(transaction, messages, outbox));
  }

  addIn(
    transaction: SqlTransaction,
    messages: readonly (readonly [Contract<string>, string, string])[],
    outbox = this.outbox(),
  ): Promise<void> {
    return outbox.add(messages.map(message), transaction);
  }

  /** Not started; stopped when the test ends. */
  relay(publishers: Record<string, Publisher>, options: Partial<OutboxRelayOptions> = {}): OutboxRelay {
    const relay = new OutboxRelay(this.options(publishers, options));
    this.closers.push(() => relay.stop());
    return relay;
  }

  /** One broker's loop whose rounds the test runs one by one. */
  loop(broker: string, publisher: Publisher, options: Partial<OutboxRelayOptions> = {}): BrokerLoop {
    const settings = relaySettings(this.options({ [broker]: publisher }, options));
    return new BrokerLoop(broker, this.connections(), settings);
  }

  /** A relay's; one that breaks is not replaced before the next statement. */
  connections(onLost: (error: Error) => void = fail): RelayConnections {
    const connections = new RelayConnections(this.url, 1, onLost);
    this.closers.push(() => connections.end());
    return connections;
  }

  /** What a publisher answers when the test says so; at the latest when it ends, since a relay that stops waits for it. */
  answer(): PromiseWithResolvers<PublishResult> {
    const answer = Promise.withResolvers<PublishResult>();
    this.closers.push(async () => answer.resolve(confirmed));
    return answer;
  }

  /** Goes on when the test ends. */
  clock(): PausableClock {
    const clock = new PausableClock();
    this.closers.push(async () => clock.resume());
    return clock;
  }

  async rows(): Promise<StoredRow[]> {
    const { rows } = await this.pool.query<StoredRow>(`
      SELECT number, broker, key, convert_from(body, 'UTF8') AS text, (attributes->>'sequence')::int AS sequence
      FROM outbox ORDER BY number`);
    return rows;
  }

  eventsOf<Kind extends MessagingEvent['kind']>(kind: Kind): Extract<MessagingEvent, { kind: Kind }>[] {
    return this.events.filter(
      (event): event is Extract<MessagingEvent, { kind: Kind }> => event.kind === kind,
    );
  }

  /** After each test: nothing of it runs on, nothing of it is left. */
  async clear(): Promise<void> {
    await Promise.all(this.closers.splice(0).map((close) => close()));
    this.events.length = 0;
    await this.pool.query('TRUNCATE outbox, outbox_sequences, outbox_leases, outbox_relays');
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.throwaway.drop();
  }

  private options(
    publishers: Record<string, Publisher>,
    options: Partial<OutboxRelayOptions>,
  ): OutboxRelayOptions {
    const events = { emit: (event: MessagingEvent) => void this.events.push(event) };
    return { databaseUrl: this.url, publishers, owner: 'relay', events, ...options };
  }
}

function fail(error: Error): never {
  throw error;
}

function message([contract, key, payload]: readonly [Contract<string>, string, string]): NewMessage {
  return { contract: contract as Contract, key, subject: `about ${payload}`, payload };
}
