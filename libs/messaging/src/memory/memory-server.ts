import type { OutgoingMessage, PublishResult } from '../broker.js';
import { systemClock, type Clock } from '../clock.js';
import type { InsteadOf } from '../failure-headers.js';
import { InfrastructureError, isTooLarge, MessagingError } from '../messaging.errors.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscription.js';
import { MemoryQueue } from './memory-queue.js';

export const maxMessageBytes = 1024 * 1024;
const publishTimeoutMs = 30_000;
const copyAgainMs = 50;

/** A client of the server that must know when it goes and comes back. */
export interface Connected {
  lost(): void;
  found(): void;
}

/**
 * What `MemoryBroker`s are connected to: addresses with all that was ever written to them, and a queue for each
 * subscription, which begins with what its addresses hold.
 *
 * `up` –`pause`→ `paused` (accepts everything and answers nothing) –`resume`→ `up`; `up` –`stop`→ `down` (connections
 * are lost) –`start`→ `up`.
 */
export class MemoryServer {
  private state: 'up' | 'paused' | 'down' = 'up';
  private readonly messages = new Map<string, OutgoingMessage[]>();
  private readonly queues = new Map<string, MemoryQueue>();
  private readonly removed = new Set<string>();
  private readonly clients = new Set<Connected>();
  private readonly closing = new AbortController();
  private resumed = Promise.withResolvers<void>();

  constructor(readonly clock: Clock = systemClock) {}

  get isUp(): boolean {
    return this.state !== 'down';
  }

  get closed(): AbortSignal {
    return this.closing.signal;
  }

  join(client: Connected): void {
    this.clients.add(client);
  }

  leave(client: Connected): void {
    this.clients.delete(client);
  }

  /** Every address exists, until it is removed. */
  remove(address: string): void {
    this.removed.add(address);
  }

  restore(address: string): void {
    this.removed.delete(address);
  }

  has(address: string): boolean {
    return !this.removed.has(address);
  }

  written(address: string): readonly Message[] {
    return (this.messages.get(address) ?? []).map(({ message }) => message);
  }

  queueOf(subscription: Subscription): MemoryQueue {
    const existing = this.queues.get(subscription.name);
    if (existing) return existing;
    const queue = new MemoryQueue(subscription, this);
    this.queues.set(subscription.name, queue);
    for (const address of queue.addresses)
      for (const outgoing of this.messages.get(address) ?? []) queue.offer(outgoing);
    return queue;
  }

  write(batch: readonly OutgoingMessage[]): Promise<PublishResult[]> {
    if (this.state === 'up') return Promise.resolve(batch.map((outgoing) => this.writeOne(outgoing)));
    const gone = batch.map((): PublishResult => ({ status: 'unknown', because: new BrokerGoneError() }));
    if (this.state === 'down') return Promise.resolve(gone);
    const late = this.clock.wait(publishTimeoutMs, this.closed).then(() => gone);
    return Promise.race([this.answering().then(() => this.write(batch)), late]);
  }

  /** Again and again until it is written, for as long as `wanted`. */
  async copy(outgoing: OutgoingMessage, wanted: () => boolean, insteadOf: InsteadOf): Promise<void> {
    while (wanted() && !this.closed.aborted) {
      const [result] = await this.write([outgoing]);
      if (result!.status === 'confirmed') return;
      const smaller = isTooLarge(result!.because) && insteadOf(outgoing.message, result!.because);
      if (smaller) outgoing = { ...outgoing, message: smaller };
      else await this.clock.wait(copyAgainMs, this.closed);
    }
  }

  async answering(): Promise<void> {
    while (this.state === 'paused') await this.resumed.promise;
  }

  pause(): void {
    if (this.state === 'up') this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'up';
    this.resumed.resolve();
    this.resumed = Promise.withResolvers();
  }

  stop(): void {
    this.state = 'down';
    for (const client of this.clients) client.lost();
  }

  start(): void {
    this.state = 'up';
    for (const client of this.clients) client.found();
  }

  /** Nothing more becomes due. */
  close(): void {
    this.resume();
    this.closing.abort();
  }

  private writeOne(outgoing: OutgoingMessage): PublishResult {
    const { address } = outgoing;
    const refusal = this.refusalOf(outgoing);
    if (refusal) return { status: 'refused', because: refusal };
    const kept = { ...outgoing, message: copied(outgoing.message) };
    const written = this.messages.get(address) ?? [];
    written.push(kept);
    this.messages.set(address, written);
    for (const queue of this.queues.values()) queue.offer(kept);
    return { status: 'confirmed', partition: 0, offset: String(written.length - 1) };
  }

  private refusalOf({ address, message }: OutgoingMessage): Error | undefined {
    if (!this.has(address)) return new RefusedError(`there is no address ${address}`);
    if (sizeOf(message) <= maxMessageBytes) return undefined;
    return new TooLargeError();
  }
}

class RefusedError extends MessagingError {
  constructor(message: string) {
    super('WAYBILL_MEMORY_REFUSED', message, { kind: 'fatal' });
  }
}

class TooLargeError extends MessagingError {
  constructor() {
    super('WAYBILL_MEMORY_TOO_LARGE', `a message has at most ${maxMessageBytes} bytes`, { kind: 'fatal' });
  }
}

class BrokerGoneError extends InfrastructureError {
  constructor() {
    super('the memory broker is gone');
  }
}

/** The writer's bytes may change behind its back; a broker's never do. */
const copied = (message: Message): Message => ({ ...message, body: Uint8Array.from(message.body) });

function sizeOf({ key, attributes, headers, body }: Message): number {
  const texts = [key, ...Object.entries(attributes).flat(), ...Object.entries(headers).flat()];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), body.byteLength);
}
