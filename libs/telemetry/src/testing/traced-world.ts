import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import {
  defineSubscription,
  deliveryStateSql,
  MemoryBroker,
  MemoryServer,
  SubscriptionRunner,
  traceHeaders,
  withoutFailureHeaders,
  writeControl,
  writeEnvelope,
  type Contract,
  type ControlMessage,
  type Delivery,
  type DeliveryNotice,
  type Message,
  type MessagingEvent,
  type Outcome,
  type Subscription,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { messagingSpans } from '../messaging-spans.js';

export const text: Contract<string> = {
  type: 'text',
  dataschema: 'urn:test:text',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

/** A notice, and the trace in which it was written. */
export interface Told {
  readonly notice: DeliveryNotice;
  readonly within: string | undefined;
}

/** Subscriptions of a memory broker whose events become spans, over a real database. */
export class TracedWorld {
  private readonly server = new MemoryServer();
  readonly broker = new MemoryBroker(this.server);
  readonly told: Told[] = [];
  readonly events: MessagingEvent[] = [];
  private readonly runners: SubscriptionRunner[] = [];
  private readonly pool: pg.Pool;

  private constructor(private readonly throwaway: ThrowawayDatabase) {
    this.pool = new pg.Pool({ connectionString: throwaway.url, max: 5 });
    this.pool.on('error', () => undefined); // the drop may cut a connection that is still closing
  }

  static async open(): Promise<TracedWorld> {
    const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
    return new TracedWorld(await throwawayDatabase({ sql: sql.join('\n') }));
  }

  async run(
    change: Partial<Subscription>,
    handle: (payload: string, delivery: Delivery<typeof text>) => Promise<Outcome>,
  ): Promise<Subscription> {
    const name = `s-${randomUUID()}`;
    const declared = {
      name,
      broker: 'memory',
      addresses: [`a-${name}`],
      order: 'key',
      lane: 'batch',
    } as const;
    const subscription = defineSubscription({ ...declared, delaysMs: [20, 40], ...change });
    const spans = messagingSpans();
    const runner = new SubscriptionRunner({
      broker: this.broker,
      subscription,
      handlers: [
        {
          contract: text,
          handler: { handle: (delivery: Delivery<typeof text>) => handle(delivery.payload, delivery) },
        },
      ],
      database: pgDatabase(this.pool),
      inbox: new PostgresInbox(),
      events: {
        emit: (event) => {
          this.events.push(event);
          spans.emit(event);
        },
      },
      announce: async (notices) => {
        const within = traceHeaders()['traceparent'];
        this.told.push(...notices.map((notice) => ({ notice, within })));
      },
    });
    this.runners.push(runner);
    await runner.start();
    return subscription;
  }

  async publish({ addresses }: Subscription, ...messages: readonly Message[]): Promise<void> {
    await this.broker.publisher().publish(messages.map((message) => ({ address: addresses[0]!, message })));
  }

  /** What a person asks about a message, as it lies among the dead letters. */
  async operate(kind: ControlMessage['kind'], dead: Message, subscription: Subscription): Promise<void> {
    const control: ControlMessage = {
      operationId: randomUUID(),
      kind,
      messageId: dead.attributes['id']!,
      actor: 'ann',
      reason: 'a test',
      askedAt: new Date().toISOString(),
      message: {
        address: subscription.addresses[0]!,
        key: dead.key,
        attributes: dead.attributes,
        headers: withoutFailureHeaders(dead.headers),
        body: Buffer.from(dead.body).toString('base64'),
      },
    };
    await this.broker.publisher().publish([writeControl(control, subscription)]);
  }

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.drain(1_000)));
    this.server.close();
    await this.pool.end();
    await this.throwaway.drop();
  }
}

/** A message created in a trace of its own. */
export function tracedMessage(
  payload: string,
  { key = 'k', sampled = true }: { readonly key?: string; readonly sampled?: boolean } = {},
): { readonly message: Message; readonly traceId: string } {
  const traceId = randomBytes(16).toString('hex');
  const envelope = {
    id: randomUUID(),
    type: 'text',
    source: '/test',
    subject: payload,
    time: '2026-01-01T00:00:00Z',
    dataschema: 'urn:test:text',
    sequence: 1,
    traceparent: `00-${traceId}-b7ad6b7169203331-0${sampled ? 1 : 0}`,
  };
  const message = { key, attributes: writeEnvelope(envelope), headers: {}, body: Buffer.from(payload) };
  return { message, traceId };
}
