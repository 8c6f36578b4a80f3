import { IllegalOperationError, type Channel, type ConsumeMessage } from 'amqplib';
import { isProbe } from './probe.js';
import { ConnectionLostError } from './rabbitmq.errors.js';
import type { DeliveringChannel } from './rabbitmq-delivery.js';
import type { Session } from './session.js';

/** Must return at once. */
export type TakeRaw = (messages: readonly ConsumeMessage[], channel: DeliveringChannel) => void;

/**
 * taking –`stop`→ cancelling –cancel-ok→ stopped; `close` or the session's end leads from each to gone, which is final:
 * nothing is handed over or settled any more.
 */
type State = 'taking' | 'cancelling' | 'stopped' | 'gone';

/** One channel with one consumer on it. Prefetch is per consumer: quorum queues know no other. */
export class ConsumingChannel implements DeliveringChannel {
  private state: State = 'taking';
  private consumerTag = '';
  private gathered: ConsumeMessage[] = [];
  private readonly life = new AbortController();
  /** Tags not acknowledged yet: a second ack of one would make the broker close the channel. */
  private readonly held = new Set<number>();

  private constructor(
    private readonly channel: Channel,
    private readonly session: Session,
    private readonly queue: string,
    private readonly take: TakeRaw,
  ) {
    channel.on('error', (error) => session.end(error));
    channel.on('close', () => session.end());
    session.onEnd(() => this.leave());
  }

  /** Makes sure that the queue exists, and takes nothing yet. */
  static async open(
    session: Session,
    queue: string,
    prefetch: number,
    take: TakeRaw,
  ): Promise<ConsumingChannel> {
    const channel = await session.model.createChannel();
    const consuming = new ConsumingChannel(channel, session, queue, take);
    await channel.prefetch(prefetch);
    await channel.checkQueue(queue);
    return consuming;
  }

  /** Resolves with the broker's consume-ok. */
  async consume(): Promise<void> {
    const { consumerTag } = await this.channel.consume(this.queue, (message) => this.onMessage(message));
    this.consumerTag = consumerTag;
  }

  get signal(): AbortSignal {
    return this.life.signal;
  }

  /** Nothing is handed over after it resolves. What the broker sent before its cancel-ok still is, just before. */
  async stop(): Promise<void> {
    if (this.state !== 'taking') return;
    this.state = 'cancelling';
    try {
      await this.channel.cancel(this.consumerTag);
    } catch (error) {
      this.session.end(error as Error); // no answer will come, so the channel is as good as gone
    }
    this.handOver();
    if (this.state === 'cancelling') this.state = 'stopped';
  }

  /**
   * What is unacknowledged goes back to the broker. The channel is closed before its connection: acknowledgements lie in
   * the channel's buffer, and the connection's own goodbye would overtake them and undo what is settled.
   */
  async close(): Promise<void> {
    if (this.state === 'gone') return;
    this.leave();
    await this.session.answered(this.channel.close());
  }

  acknowledge(raw: ConsumeMessage): void {
    if (!this.held.delete(raw.fields.deliveryTag) || this.state === 'gone') return;
    try {
      this.channel.ack(raw);
    } catch (error) {
      if (!(error instanceof IllegalOperationError)) throw error;
      this.session.end(error); // closing already, its event is still to come; the broker delivers again
    }
  }

  /** `null`: the broker cancelled the consumer, because the queue was deleted or its node went down. */
  private onMessage(message: ConsumeMessage | null): void {
    if (!message) return this.session.end(new ConnectionLostError('the broker cancelled the consumer'));
    this.held.add(message.fields.deliveryTag);
    if (isProbe(message)) return this.acknowledge(message);
    this.gathered.push(message);
    if (this.gathered.length === 1) setImmediate(() => this.handOver());
  }

  /** All deliveries of one turn of the event loop in one call, so that a batch lane sees batches. */
  private handOver(): void {
    const messages = this.gathered.splice(0);
    if (messages.length === 0 || this.state === 'stopped' || this.state === 'gone') return;
    try {
      this.take(messages, this);
    } catch (error) {
      this.session.end(error as Error); // a fault of the taker: nobody holds them now, so they go back
    }
  }

  private leave(): void {
    this.state = 'gone';
    this.life.abort();
  }
}
