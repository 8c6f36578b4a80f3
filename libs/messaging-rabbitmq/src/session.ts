import type { ChannelModel } from 'amqplib';
import type { Duplex } from 'node:stream';
import { systemClock } from '@waybill/messaging';
import { ConnectionLostError } from './rabbitmq.errors.js';

/**
 * One connection from its handshake to its end: open → ended, once, with the reason. Nothing of it is used again:
 * delivery tags restart on the next, so whatever counts them lives and dies with its session.
 */
export class Session {
  private readonly life = new AbortController();
  private blockedBecause: string | undefined;
  private onBlocked: (because: string | undefined) => void = () => undefined;

  constructor(
    readonly model: ChannelModel,
    private readonly closeTimeoutMs: number,
  ) {
    // 'error' comes before 'close' and carries the cause; an orderly shutdown of the server has only 'close'.
    model.on('error', (error: Error) => this.end(error));
    model.on('close', (error?: Error) => this.end(error));
    model.on('blocked', (reason: string) => this.block(reason));
    model.on('unblocked', () => this.block(undefined));
  }

  get current(): boolean {
    return !this.life.signal.aborted;
  }

  /** Aborts at the end, with a `ConnectionLostError`. */
  get signal(): AbortSignal {
    return this.life.signal;
  }

  /** Why the broker reads nothing from this connection just now (memory or disk alarm). */
  get blocked(): string | undefined {
    return this.blockedBecause;
  }

  /** Told the reason when the broker blocks it, nothing when that is over, be it by the session's end. */
  watchBlocking(listener: (because: string | undefined) => void): void {
    this.onBlocked = listener;
    if (this.blockedBecause !== undefined) listener(this.blockedBecause);
  }

  /** Called at once when the session ends, or has ended. */
  onEnd(listener: (because: ConnectionLostError) => void): void {
    const { signal } = this.life;
    const tell = () => listener(signal.reason as ConnectionLostError);
    if (signal.aborted) return tell();
    signal.addEventListener('abort', tell, { once: true });
  }

  ended(): Promise<ConnectionLostError> {
    return new Promise((resolve) => this.onEnd(resolve));
  }

  /** The first reason counts. A channel that dies ends its session, so that there is one way to recover, not two. */
  end(cause?: Error): void {
    const reason = cause?.message ?? 'closed';
    this.block(undefined);
    this.life.abort(new ConnectionLostError(`RabbitMQ connection lost: ${reason}`, { cause }));
  }

  private block(because: string | undefined): void {
    const before = this.blockedBecause;
    this.blockedBecause = because;
    if ((because === undefined) !== (before === undefined)) this.onBlocked(because);
  }

  /** Waits for the broker's answer, no longer than `closeTimeoutMs`: a stopped or unreachable one never gives it. */
  async answered(goodbye: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const answer = goodbye.catch(() => undefined); // it rejects only when the other side was quicker: closed anyway
    await Promise.race([answer, systemClock.wait(this.closeTimeoutMs, done.signal)]);
    done.abort();
  }

  /**
   * Frees everything. The socket is destroyed in any case, since amqplib only half-closes it and a vanished peer would
   * keep the process alive.
   */
  async close(): Promise<void> {
    this.end();
    await this.answered(this.model.close());
    const { stream } = this.model.connection as unknown as { stream: Duplex };
    stream.destroy(new ConnectionLostError('closed by us'));
  }
}
