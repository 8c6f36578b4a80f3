import { ReceiveMessageCommand, type Message as SqsMessage } from '@aws-sdk/client-sqs';
import type { RawDelivery, Subscription } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { HeldMessages, type Held } from './held-messages.js';
import type { Hops } from './hops.js';
import type { SqsConnection } from './sqs-client.js';
import { SqsDelivery, type ReadFrom } from './sqs-delivery.js';
import type { NormalSqsOptions } from './sqs.options.js';

/** SQS gives ten messages a call. */
const perCall = 10;
/** SQS repeats its answer to a request of this name for five minutes. */
const repeatsOfARequest = 3;
/** Longer than a local server's polls are set to take, and than what is given back stays away. */
const hearOutMs = 2_500;

/** What a reader reads, how much of it at once, and where it goes. */
export interface Reading {
  readonly from: ReadFrom;
  readonly subscription: Subscription;
  readonly prefetch: number;
  readonly take: (deliveries: readonly RawDelivery[]) => void;
}

/**
 * Long-polls one queue for as long as fewer than `prefetch` of its messages are held. A request whose answer was lost is
 * asked again under its own name: SQS then gives the same messages, which would else stay in flight, unknown to us, and
 * hold up their groups until their visibility ends.
 */
export class QueueReader {
  private readonly held: HeldMessages;
  private readonly stopping = new AbortController();
  private readonly abandoning = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly what: Reading,
    private readonly connection: SqsConnection,
    private readonly options: NormalSqsOptions,
    private readonly hops: Hops,
  ) {
    this.held = new HeldMessages(what.from.queue, connection, options);
  }

  /** Resolves when the queue is there; one that is missing or cannot be asked for is waited for. */
  async start(): Promise<void> {
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      if (await this.isThere()) break;
      await this.rest(tries);
    }
    this.held.startRenewing();
    this.reading = this.readOn();
  }

  /** Asks no more. What a request under way still brings is given back. */
  stop(): void {
    this.stopping.abort();
  }

  /**
   * What is given back may become the answer to our own last request, and so may a message that comes just now; so it is
   * heard out for a moment, and its answer given back. A long poll is then cut off: what a server still puts into an answer
   * that nobody hears waits out its visibility.
   */
  async close(): Promise<void> {
    this.stop();
    await this.held.close();
    await Promise.race([this.reading, this.options.clock.wait(hearOutMs, this.abandoning.signal)]);
    this.abandoning.abort();
    await this.reading;
  }

  private isThere(): Promise<boolean> {
    return this.connection.urlOf(this.what.from.queue, this.stopping.signal).then(
      () => true,
      () => false,
    );
  }

  private async readOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.held.roomUnder(this.what.prefetch, signal);
      if (signal.aborted) return;
      const askedAt = this.options.clock.now();
      const messages = await this.receive(this.what.prefetch - this.held.size);
      const held = messages.map((raw) => this.heldOf(raw, askedAt));
      if (signal.aborted) return this.held.giveBack(held);
      if (messages.length > 0) this.handOver(messages, held);
    }
  }

  private async receive(room: number): Promise<readonly SqsMessage[]> {
    let attempt = randomUUID();
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      try {
        return await this.ask(room, attempt);
      } catch {
        // The connection has told of it; a queue that was deleted or a server that is away may come back.
        if (tries >= repeatsOfARequest) attempt = randomUUID();
        await this.rest(tries);
      }
    }
    return [];
  }

  private async ask(room: number, attempt: string): Promise<readonly SqsMessage[]> {
    const { waitSeconds, visibilitySeconds } = this.options;
    const { queue } = this.what.from;
    const { signal } = this.abandoning;
    const request = new ReceiveMessageCommand({
      QueueUrl: await this.connection.urlOf(queue, signal),
      MaxNumberOfMessages: Math.min(room, perCall),
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: visibilitySeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      ReceiveRequestAttemptId: attempt,
    });
    const { Messages = [] } = await this.connection.call(
      `receiving from ${queue}`,
      (send, abortSignal) => send(request, { abortSignal }),
      { signal, waitMs: waitSeconds * 1_000 },
    );
    return Messages;
  }

  private handOver(messages: readonly SqsMessage[], held: readonly Held[]): void {
    const { from, subscription, take } = this.what;
    const holds = held.map((each) => this.held.add(each));
    take(messages.map((raw, n) => new SqsDelivery(raw, from, holds[n]!, subscription, this.hops)));
  }

  /** Its visibility began when it was handed out, which was after we asked; a long poll ends within its wait. */
  private heldOf(raw: SqsMessage, askedAt: number): Held {
    const { clock, visibilitySeconds, waitSeconds } = this.options;
    const earliest = Math.max(askedAt, clock.now() - waitSeconds * 1_000);
    return {
      receipt: raw.ReceiptHandle!,
      group: raw.Attributes?.MessageGroupId ?? raw.MessageId!,
      until: earliest + visibilitySeconds * 1_000,
      state: 'held',
    };
  }

  private rest(tries: number): Promise<void> {
    const { clock, firstBackoffMs, longestBackoffMs } = this.options;
    return clock.wait(
      Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 8)),
      this.stopping.signal,
    );
  }
}
