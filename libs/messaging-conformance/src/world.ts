import { AssertionError } from 'node:assert/strict';
import type { SubscriptionRunner } from '@waybill/messaging';
import { type Broker, type Capabilities, type Message, type Publisher } from '@waybill/messaging';
import type { BrokerUnderTest, Connection, Wanted } from './broker-under-test.js';
import { eventuallyWithin, within, type Eventually } from './eventually.js';
import { messageOf } from './messages.js';
import type { Store } from './store.js';
import { Trial } from './trial.js';

const byDefault = { order: 'none', lane: 'keyed', terminal: true, delaysMs: [200] } as const;

/** What one behaviour has: fresh addresses on the broker, connections, and an end to all of it. */
export class World {
  readonly eventually: Eventually;
  private readonly connections: Connection[] = [];
  private readonly runners: SubscriptionRunner[] = [];
  private writing: Promise<Publisher> | undefined;
  private first: Promise<Connection> | undefined;

  constructor(
    readonly underTest: BrokerUnderTest,
    readonly store: Store | undefined,
    private readonly patienceMs: number,
  ) {
    this.eventually = eventuallyWithin(patienceMs);
  }

  get capabilities(): Capabilities {
    return this.underTest.capabilities;
  }

  /** As another process would. */
  async connect(): Promise<Connection> {
    const connection = await this.underTest.connect();
    this.connections.push(connection);
    return connection;
  }

  /** The connection of whoever names none. */
  connection(): Promise<Connection> {
    return (this.first ??= this.connect());
  }

  async broker(): Promise<Broker> {
    return (await this.connection()).broker;
  }

  /** Writes what behaviours publish, on a connection that no fault of theirs touches. */
  publisher(): Promise<Publisher> {
    return (this.writing ??= this.connect().then(({ broker }) => broker.publisher('conformance')));
  }

  /**
   * A fresh subscription. By default it stands alone, as terminal readers do; one that is not `terminal` has dead letters,
   * an inlet, and a retry address for each delay, by default 200 ms.
   */
  async trial(wanted: Wanted = {}): Promise<Trial> {
    const [trial] = await this.trials(wanted);
    return trial!;
  }

  /** Several subscriptions of one address. */
  async trials(...wanted: readonly Wanted[]): Promise<readonly Trial[]> {
    const complete = wanted.map((each) => ({ ...byDefault, ...each }));
    const { address, subscriptions } = await this.underTest.prepare(complete);
    return subscriptions.map((subscription) => new Trial(this, subscription, address));
  }

  /** A consumer or runner has begun; one whose addresses are missing waits for them, for ever. */
  async started(starting: Promise<void>): Promise<void> {
    const otherwise = new AssertionError({ message: 'the broker has not accepted the subscription' });
    await within(this.patienceMs, starting, otherwise);
  }

  /** Messages that one consumer can hold together: of one key, where the broker hands out keys ahead. */
  heldTogether(...texts: readonly string[]): Message[] {
    const apart = !this.capabilities.handsOutKeysAhead;
    return texts.map((text) => messageOf(text, apart ? { key: text } : {}));
  }

  keep(runner: SubscriptionRunner): void {
    this.runners.push(runner);
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.restore();
    await Promise.all(this.runners.map((runner) => runner.drain(100)));
    await Promise.all(this.connections.map((connection) => connection.close()));
  }
}
