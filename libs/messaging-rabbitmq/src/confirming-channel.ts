import { IllegalOperationError, type ConfirmChannel, type Message } from 'amqplib';
import type { PublishResult } from '@waybill/messaging';
import type { OutgoingRecord } from './outgoing-record.js';
import {
  ConnectionLostError,
  NackedError,
  TooLargeError,
  UnroutableError,
  UnsendableError,
} from './rabbitmq.errors.js';
import type { Session } from './session.js';

const tooLarge = /message size \d+ (?:is )?larger than (?:configured )?max size (\d+)/;

interface Unconfirmed {
  readonly record: OutgoingRecord;
  returned: boolean;
}

/**
 * One confirm channel and what is unconfirmed on it. Delivery tags restart at 1 on the next channel, so this state is
 * never handed on: a late confirm reaches the object of its own channel, or nobody.
 */
export class ConfirmingChannel {
  /** In the order of publishing, which is also the order in which the broker returns. */
  private readonly unconfirmed = new Set<Unconfirmed>();
  private full = false;
  private closedBecause: Error | undefined;
  private awaitingRoom: (() => void)[] = [];

  private constructor(
    private readonly channel: ConfirmChannel,
    private readonly session: Session,
  ) {}

  static async open(session: Session): Promise<ConfirmingChannel> {
    const channel = await session.model.createConfirmChannel();
    const confirming = new ConfirmingChannel(channel, session);
    confirming.listen();
    return confirming;
  }

  get current(): boolean {
    return this.session.current;
  }

  /** False while amqplib's buffer is full or the broker blocks publishers: further messages would pile up in memory. */
  get hasRoom(): boolean {
    return !this.full && this.session.blocked === undefined;
  }

  /** Resolves at the next change: room again (perhaps taken by another waiter meanwhile), or the channel's end. */
  room(): Promise<void> {
    return new Promise((resolve) => this.awaitingRoom.push(resolve));
  }

  /** `onSettled` is called once: on the broker's word, or when the channel ends. */
  write(record: OutgoingRecord, onSettled: (result: PublishResult) => void): void {
    const entry: Unconfirmed = { record, returned: false };
    try {
      const { exchange, routingKey, body, properties } = record;
      const options = { ...properties, mandatory: true };
      this.full = !this.channel.publish(exchange, routingKey, body, options, (error: Error | null) => {
        this.unconfirmed.delete(entry);
        onSettled(this.resultOf(entry, error));
      });
      this.unconfirmed.add(entry);
    } catch (error) {
      onSettled(notWritten(error as Error));
    }
  }

  private listen(): void {
    this.channel.on('return', (message) => this.onReturn(message));
    this.channel.on('drain', () => this.onRoom(() => (this.full = false)));
    this.session.model.on('unblocked', () => this.onRoom());
    this.channel.on('error', (error) => (this.closedBecause = error));
    this.channel.on('close', () => this.session.end(this.closedBecause));
    this.session.onEnd(() => this.onRoom());
  }

  private onRoom(change?: () => void): void {
    change?.();
    if (!this.hasRoom && this.current) return;
    for (const resume of this.awaitingRoom.splice(0)) resume();
  }

  /**
   * The broker returns an unroutable message before it confirms it, without a tag. Among the unconfirmed it is the first
   * equal one not returned yet; equal ones are copies of each other, so it does not matter which.
   */
  private onReturn(message: Message): void {
    for (const entry of this.unconfirmed) {
      if (entry.returned || !isCopy(entry.record, message)) continue;
      entry.returned = true;
      return;
    }
  }

  private resultOf({ record, returned }: Unconfirmed, error: Error | null): PublishResult {
    if (returned) return { status: 'refused', because: unroutable(record) };
    if (!error) return { status: 'confirmed' };
    if (this.missesExchangeOf(record))
      return { status: 'refused', because: unroutable(record, this.closedBecause) };
    if (record.body.length > this.limit)
      return { status: 'refused', because: new TooLargeError(record.body.length, this.limit) };
    if (error.message === 'message nacked')
      return { status: 'unknown', because: new NackedError({ cause: error }) };
    const cause = this.closedBecause ?? (this.session.signal.reason as Error | undefined) ?? error;
    return {
      status: 'unknown',
      because: new ConnectionLostError(`unconfirmed: ${cause.message}`, { cause }),
    };
  }

  /** Publishing to an exchange that does not exist closes the channel (404) and names the exchange, not the message. */
  private missesExchangeOf({ exchange }: OutgoingRecord): boolean {
    const { code, message = '' } = (this.closedBecause ?? {}) as Error & { code?: number };
    return code === 404 && message.includes(`no exchange '${exchange}'`);
  }

  /** A message above the broker's own limit closes the channel (406), which names the limit, and would close each next one. */
  private get limit(): number {
    const [, bytes = Infinity] = tooLarge.exec(this.closedBecause?.message ?? '') ?? [];
    return Number(bytes);
  }
}

function isCopy({ exchange, routingKey, properties, body }: OutgoingRecord, returned: Message): boolean {
  const { fields, properties: returnedProperties, content } = returned;
  return (
    fields.exchange === exchange &&
    fields.routingKey === routingKey &&
    returnedProperties.messageId === properties.messageId &&
    content.equals(body)
  );
}

function unroutable({ exchange, routingKey }: OutgoingRecord, cause?: Error): UnroutableError {
  return new UnroutableError(exchange, routingKey, { cause });
}

/** A throw on a closed channel says nothing about the message; any other means that AMQP cannot carry it. */
function notWritten(cause: Error): PublishResult {
  return cause instanceof IllegalOperationError
    ? { status: 'unknown', because: new ConnectionLostError('the channel is closed', { cause }) }
    : { status: 'refused', because: new UnsendableError({ cause }) };
}
