import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, type Channel, type ChannelModel, type GetMessage, type Options } from 'amqplib';
import {
  deadLetterAddresses,
  inletAddresses,
  retryAddress,
  defineSubscription,
  type Broker,
  type MessagingEvent,
  type Subscription,
} from '@waybill/messaging';
import { TcpProxy, testAddress, untilAnswered } from '@waybill/test-kit';
import { rabbitmqBroker } from '../rabbitmq-broker.js';
import type { RabbitmqOptions } from '../rabbitmq.options.js';
import { serverVersion } from '../server-version.js';
import { RenamedBroker } from './renamed-broker.js';

const noText = (bels: string): string => '\xff'.repeat(bels.length);

type Arguments = Record<string, string | number | boolean>;

const classic: Arguments = { 'x-queue-type': 'classic' };
/** As the topology declares what nobody may lose by looking at it. */
const kept: Arguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 ** 31 - 1 };

/** The real broker with fresh names, and a plain channel to look behind the adapter; `close` removes all it made. */
export class TestBroker {
  readonly events: MessagingEvent[] = [];
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly url: string,
    private readonly model: ChannelModel,
    public channel: Channel,
  ) {}

  static async open(): Promise<TestBroker> {
    const model = await connect(testAddress('RABBITMQ_URL'));
    const broker = new TestBroker(testAddress('RABBITMQ_URL'), model, await model.createChannel());
    broker.channel.on('error', () => undefined); // the failed operation's rejection tells the same
    return broker;
  }

  adapter(options: Partial<RabbitmqOptions> = {}): Broker {
    const events = { emit: (event: MessagingEvent) => void this.events.push(event) };
    const broker = rabbitmqBroker({ url: this.url, events, ...options });
    this.closers.push(() => broker.close());
    return broker;
  }

  /** Stands between an adapter and the broker and can cut or hold the connections. */
  async proxy(): Promise<TcpProxy> {
    const proxy = await TcpProxy.to(new URL(this.url));
    this.closers.push(() => proxy.close());
    return proxy;
  }

  /** The same broker, which calls itself another version: `4.1` for `3.10`. */
  async calledVersion(version: string): Promise<{ readonly url: string }> {
    const real = await serverVersion(this);
    const renamed = await RenamedBroker.listen(this.url, real, version.padEnd(real.length, '.0'));
    this.closers.push(() => renamed.close());
    return { url: renamed.url };
  }

  /** A fresh name; the queue of that name, if any, is deleted at the end. */
  name(): string {
    const name = `test-${randomUUID()}`;
    this.deleteLater(name);
    return name;
  }

  private deleteLater(queue: string): void {
    this.closers.push(() => this.channel.deleteQueue(queue));
  }

  /** After an operation that was to fail: the broker has closed the channel. */
  async renewChannel(): Promise<void> {
    this.channel = await this.model.createChannel();
  }

  async queue(queueArguments: Arguments = classic, name = this.name()): Promise<string> {
    await this.channel.assertQueue(name, { durable: true, arguments: queueArguments });
    return name;
  }

  async exchange(type: string): Promise<string> {
    const name = `test-${randomUUID()}`;
    await this.channel.assertExchange(name, type);
    this.closers.push(() => this.channel.deleteExchange(name));
    return name;
  }

  /** A queue with its dead letters, its inlet and a wait queue for each delay, and the subscription to it. */
  async subscription(changes: Partial<Subscription> = {}, queueArguments = classic): Promise<Subscription> {
    const queue = await this.queue(queueArguments);
    const subscription = subscriptionOf(queue, { delaysMs: [1_000], terminal: false, ...changes });
    for (const name of [...deadLetterAddresses(subscription), ...inletAddresses(subscription)])
      await this.sideQueue(name, kept);
    for (const delayMs of subscription.delaysMs)
      await this.sideQueue(retryAddress(subscription, queue, delayMs), {
        ...kept,
        'x-message-ttl': delayMs,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': queue,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      });
    return subscription;
  }

  /** Past the adapter: any properties, any bytes. */
  send(queue: string, body: Uint8Array, properties?: Options.Publish): void {
    this.channel.sendToQueue(queue, Buffer.from(body), properties);
  }

  /** Past the adapter, and past amqplib, which writes UTF-8 only: every two BELs or more go out as bytes of no text. */
  async sendNoText(queue: string, properties: Options.Publish): Promise<void> {
    const model = await connect(this.url);
    const channel = await model.createConfirmChannel();
    const { stream } = model.connection as unknown as { stream: Socket };
    const write = stream.write.bind(stream) as (text: string, encoding: BufferEncoding) => boolean;
    stream.write = (bytes: Uint8Array) =>
      write(
        Buffer.from(bytes)
          .toString('latin1')
          .replace(/\x07{2,}/g, noText),
        'latin1',
      );
    channel.sendToQueue(queue, Buffer.from('foreign'), properties);
    await channel.waitForConfirms();
    await model.close();
  }

  /** The next message of a queue, waiting for it at most five seconds. */
  async next(queue: string): Promise<GetMessage> {
    return untilAnswered(async () => (await this.channel.get(queue, { noAck: true })) || undefined);
  }

  async depth(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
    await this.model.close();
  }

  private async sideQueue(name: string, queueArguments: Arguments): Promise<void> {
    await this.channel.assertQueue(name, { arguments: queueArguments });
    this.closers.push(() => this.channel.deleteQueue(name));
  }
}

/** Of the queue alone, with no inlet beside it. */
export function subscriptionOf(queue: string, changes: Partial<Subscription> = {}): Subscription {
  const declared = {
    name: queue,
    addresses: [queue],
    broker: 'rabbitmq',
    order: 'none',
    lane: 'keyed',
    terminal: true,
  } as const;
  return defineSubscription({ ...declared, ...changes });
}
