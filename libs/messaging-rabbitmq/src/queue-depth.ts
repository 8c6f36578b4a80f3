import type { Channel } from 'amqplib';
import { RabbitmqConnection } from './connection.js';
import { Deferred } from './deferred.js';
import { ConnectionLostError } from './rabbitmq.errors.js';
import { normalise, type NormalRabbitmqOptions, type RabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

export interface QueueDepth {
  /** Ready to be delivered; not what consumers hold unacknowledged. */
  readonly messages: number;
  readonly consumers: number;
}

/** How full one queue is, asked again and again. */
export interface QueueDepthReader {
  readonly queue: string;
  /** Rejects with a `ConnectionLostError` while the broker is away, or when it has not answered within 2 s. */
  read(): Promise<QueueDepth>;
  close(): Promise<void>;
}

/** Connects at once and for ever; a queue that is missing is waited for like a broker that is away. */
export function queueDepth(queue: string, options: RabbitmqOptions): QueueDepthReader {
  return new PassiveDeclares(queue, normalise(options)).open();
}

const answerWithinMs = 2_000;

interface Asking {
  readonly channel: Channel;
  readonly session: Session;
}

/**
 * A passive declare per look, on one channel. It has a connection of its own: the broker reads nothing more from a
 * connection on which it has blocked publishing, just when the depth matters most.
 */
class PassiveDeclares implements QueueDepthReader {
  private readonly connection: RabbitmqConnection;
  private asking: Asking | undefined;
  private lostBecause = 'not connected yet';
  private readonly awaitingConnection = new Set<() => void>();
  private readonly unanswered = new Set<Deferred<QueueDepth>>();

  constructor(
    readonly queue: string,
    private readonly options: NormalRabbitmqOptions,
  ) {
    this.connection = new RabbitmqConnection(options, `depth of ${queue}`, (session) => this.setUp(session));
  }

  open(): this {
    this.connection.open();
    return this;
  }

  async read(): Promise<QueueDepth> {
    const { channel, session } = await this.connected();
    const answer = new Deferred<QueueDepth>();
    // A broker that stands still keeps the connection and says nothing: the next look begins with a new one.
    const tooLate = setTimeout(
      () => session.end(new Error(`no answer within ${answerWithinMs} ms`)),
      answerWithinMs,
    );
    this.unanswered.add(answer);
    look(channel, this.queue).then(answer.resolve, answer.reject);
    return answer.promise.finally(() => {
      clearTimeout(tooLate);
      this.unanswered.delete(answer);
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async connected(): Promise<Asking> {
    if (!this.asking && this.connection.health().state === 'connecting') await this.arrival();
    if (this.asking) return this.asking;
    throw new ConnectionLostError(this.connection.health().lastError ?? this.lostBecause);
  }

  /** A connection on its way is waited for a while, or every start would begin with an alarm. */
  private async arrival(): Promise<void> {
    const waiting = new AbortController();
    const decided = () => waiting.abort();
    this.awaitingConnection.add(decided);
    await this.options.clock.wait(answerWithinMs, waiting.signal);
    this.awaitingConnection.delete(decided);
  }

  /** The first look belongs to it: a missing queue costs the channel, and is then told once, not at every look. */
  private async setUp(session: Session): Promise<void> {
    session.onEnd((because) => this.leave(because));
    const channel = await session.model.createChannel();
    channel.on('error', (error) => session.end(error));
    channel.on('close', () => session.end());
    await look(channel, this.queue);
    this.asking = { channel, session };
    this.wake();
  }

  private leave(because: Error): void {
    this.asking = undefined;
    this.lostBecause = because.message;
    this.wake();
    for (const answer of this.unanswered) answer.reject(because);
  }

  private wake(): void {
    for (const decided of this.awaitingConnection) decided();
  }
}

/** Async, so that a channel already closed rejects as well instead of throwing. */
async function look(channel: Channel, queue: string): Promise<QueueDepth> {
  const { messageCount, consumerCount } = await channel.checkQueue(queue);
  return { messages: messageCount, consumers: consumerCount };
}
