import { FloodBreaker } from '../breaker/flood-breaker.js';
import type { RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Contract } from '../contract.js';
import type { AnyHandler, Delivery } from '../handler.js';
import type { IdempotencyStore, InboxVerdict } from '../idempotency-store.js';
import { writeEnvelope, type Message } from '../message.js';
import type { MessagingEvent, MessagingEvents } from '../messaging-events.js';
import type { Outcome } from '../outcome.js';
import { TransactionHooks, type SqlDatabase, type SqlTransaction } from '../sql-transaction.js';
import { defineSubscription, type Subscription } from '../subscription.js';
import { processDeliveries } from '../pipeline/process-deliveries.js';
import type { Pipeline } from '../pipeline/work.js';

type Handle = (id: string, run: number) => Promise<Outcome>;

const text: Contract<string> = {
  type: 'text',
  dataschema: 'urn:test:text',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

/** The pipeline over a recorder of settlements and a database of one map: for tests of its decisions, without a broker. */
export class PipelineBench {
  readonly handled: string[] = [];
  readonly database = new BenchDatabase();
  readonly recorder = new SettlementRecorder();
  private readonly emitted: MessagingEvent[] = [];
  private readonly released = new AbortController();
  private readonly pipeline: Pipeline;

  constructor(handle: Handle, change: Partial<Subscription> = {}, handler?: AnyHandler) {
    const subscription = {
      ...defineSubscription({ name: 's', broker: 'memory', addresses: ['a'], order: 'none', lane: 'batch' }),
      ...change,
    };
    const events: MessagingEvents = { emit: (event) => void this.emitted.push(event) };
    const clock: Clock = { now: () => 0, wait: () => new Promise((resolve) => setImmediate(resolve)) };
    this.pipeline = {
      subscription,
      routes: new Map([['text', { contract: text, handler: handler ?? this.recording(handle) }]]),
      database: this.database,
      inbox: this.database.inbox,
      events,
      clock,
      capabilities: { exactDelays: true },
      random: () => 0.5,
      breaker: new FloodBreaker(subscription.name, clock, events),
      publisher: {
        publish: async (batch) => batch.map(() => ({ status: 'confirmed' })),
        close: async () => undefined,
      },
      released: this.released.signal,
    };
  }

  static with(handler: AnyHandler): PipelineBench {
    return new PipelineBench(() => Promise.reject(new Error('unused')), { delaysMs: [1] }, handler);
  }

  get effects(): string[] {
    return this.database.effects;
  }

  events(kind: MessagingEvent['kind']): MessagingEvent[] {
    return this.emitted.filter((event) => event.kind === kind);
  }

  release(): void {
    this.released.abort();
  }

  process(ids: readonly string[]): Promise<void> {
    return this.processRaw(ids);
  }

  processRaw(deliveries: readonly (string | RawDelivery)[]): Promise<void> {
    const raw = deliveries.map((delivery) =>
      typeof delivery === 'string' ? this.readable(delivery) : delivery,
    );
    return processDeliveries(raw, this.pipeline);
  }

  unreadable(id: string): RawDelivery {
    return this.recorder.delivery(id, { key: '', attributes: {}, headers: {}, body: Buffer.from('?') });
  }

  sameIdOtherBody(id: string): RawDelivery {
    const { message } = this.readable(id);
    return this.recorder.delivery(id, { ...message, body: Buffer.from('other') });
  }

  /** Back from a retry address, with the headers it was sent there with. */
  again(id: string): RawDelivery {
    const { message } = this.readable(id);
    const { headers = {} } = this.recorder.retries[id] ?? {};
    delete this.recorder.settled[id];
    return this.recorder.delivery(id, { ...message, headers }, 'retry');
  }

  private readable(id: string): RawDelivery {
    const envelope = {
      id: uuidOf(id),
      type: 'text',
      source: 't',
      subject: id,
      time: '2026-01-01T00:00:00Z',
      dataschema: 'd',
      sequence: 1,
    };
    return this.recorder.delivery(id, {
      key: '',
      attributes: writeEnvelope(envelope),
      headers: {},
      body: Buffer.from(id),
    });
  }

  private recording(handle: Handle): AnyHandler {
    const runs = new Map<string, number>();
    return {
      handle: async ({ payload, transaction }: Delivery<typeof text>) => {
        const run = (runs.get(payload) ?? 0) + 1;
        runs.set(payload, run);
        this.handled.push(payload);
        await transaction.execute('effect', [payload]);
        return handle(payload, run);
      },
    } as AnyHandler;
  }
}

const uuidOf = (id: string): string =>
  `00000000-0000-7000-8000-${Buffer.from(id).toString('hex').padStart(12, '0')}`;

class SettlementRecorder {
  readonly settled: Record<string, string> = {};
  readonly failures: Record<string, Readonly<Record<string, string>>> = {};
  readonly retries: Record<
    string,
    { readonly delayMs: number; readonly headers: Readonly<Record<string, string>> }
  > = {};
  private current = true;

  revoke(): void {
    this.current = false;
  }

  delivery(id: string, message: Message, via: 'address' | 'retry' = 'address'): RawDelivery {
    const isCurrent = () => this.current;
    return {
      message,
      origin: { address: 'a', redelivered: false, via },
      get current() {
        return isCurrent();
      },
      done: async () => void (this.settled[id] ??= 'done'),
      retryLater: async (delayMs, headers) => {
        this.retries[id] = { delayMs, headers };
        this.settled[id] = 'retryLater';
        return true;
      },
      deadLetter: async (headers) => {
        this.failures[id] = headers;
        this.settled[id] = 'deadLetter';
        return true;
      },
    };
  }
}

/** Effects and inbox rows that appear at commit, or never. */
class BenchDatabase implements SqlDatabase {
  readonly effects: string[] = [];
  committed = 0;
  open = 0;
  private readonly handled = new Map<string, string>();
  private staged: { effects: string[]; handled: Map<string, string> } = { effects: [], handled: new Map() };
  private failures = 0;
  private failure: Error | undefined;

  readonly inbox: IdempotencyStore = {
    claim: async (_, claims) =>
      new Map(
        claims.map(({ messageId, bodyHash }) => [
          messageId,
          this.claimOne(messageId, Buffer.from(bodyHash).toString('hex')),
        ]),
      ),
    known: async () => new Map(),
    admitBody: async () => undefined,
  };

  failNextCommits(times: number, failure: Error): void {
    this.failures = times;
    this.failure = failure;
  }

  async transaction<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    const hooks = new TransactionHooks();
    this.staged = { effects: [], handled: new Map() };
    this.open++;
    try {
      const result = await work({
        query: async () => [],
        execute: async (_, [effect] = []) => this.staged.effects.push(String(effect)),
        beforeCommit: (hook) => hooks.beforeCommit(hook),
        afterCommit: (hook) => hooks.afterCommit(hook),
      });
      await hooks.runBeforeCommit();
      this.commit();
      hooks.runAfterCommit();
      return result;
    } finally {
      this.open--;
    }
  }

  private commit(): void {
    if (this.failures-- > 0) throw this.failure;
    this.effects.push(...this.staged.effects);
    for (const [id, hash] of this.staged.handled) this.handled.set(id, hash);
    this.committed++;
  }

  private claimOne(id: string, hash: string): InboxVerdict {
    const known = this.handled.get(id);
    if (known === undefined) this.staged.handled.set(id, hash);
    return known === undefined ? 'new' : known === hash ? 'duplicate' : 'different-body';
  }
}
