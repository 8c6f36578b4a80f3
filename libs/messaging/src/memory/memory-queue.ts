import type { Origin, OutgoingMessage, RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Message } from '../message.js';
import {
  deadLetterAddress,
  inletAddresses,
  retryAddress,
  retryAddresses,
} from '../subscription-addresses.js';
import type { Subscription } from '../subscription.js';

interface Stored {
  readonly address: string;
  readonly via: Origin['via'];
  readonly message: Message;
  deliveries: number;
}

interface Reader {
  readonly room: number;
  readonly take: (deliveries: readonly RawDelivery[]) => void;
  taking: boolean;
}

/** One subscription's messages in order; those held are given back, in front, when the reader closes. */
export class MemoryQueue {
  private waiting: Stored[] = [];
  private readonly held = new Set<Stored>();
  private reader: Reader | undefined;
  private readonly ways: ReadonlyMap<string, Origin['via']>;

  constructor(
    private readonly subscription: Subscription,
    private readonly clock: Clock,
    private readonly write: (outgoing: OutgoingMessage) => void,
  ) {
    this.ways = new Map<string, Origin['via']>([
      ...subscription.addresses.map((address) => [address, 'address'] as const),
      ...retryAddresses(subscription).map((address) => [address, 'retry'] as const),
      ...inletAddresses(subscription).map((address) => [address, 'inlet'] as const),
    ]);
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  offer(address: string, message: Message): void {
    const via = this.ways.get(address);
    if (!via) return;
    const stored: Stored = { address, via, message, deliveries: 0 };
    const dueAtMs = via === 'retry' ? Date.parse(message.headers['waybill-due-at'] ?? '') : NaN;
    const waitMs = dueAtMs - this.clock.now();
    if (waitMs > 0) void this.clock.wait(waitMs).then(() => this.store(stored));
    else this.store(stored);
  }

  open(room: number, take: Reader['take']): void {
    this.reader = { room, take, taking: true };
    this.deliver();
  }

  stop(): void {
    if (this.reader) this.reader.taking = false;
  }

  close(): void {
    this.reader = undefined;
    this.waiting = [...this.held, ...this.waiting];
    this.held.clear();
  }

  private store(stored: Stored): void {
    this.waiting.push(stored);
    this.deliver();
  }

  /** Asynchronous, as on every broker: `publish` never runs a handler. */
  private deliver(): void {
    queueMicrotask(() => {
      const { reader } = this;
      if (!reader?.taking) return;
      const next = this.waiting.splice(0, Math.max(0, reader.room - this.held.size));
      if (next.length > 0) reader.take(next.map((stored) => this.hold(stored, reader)));
    });
  }

  private hold(stored: Stored, reader: Reader): RawDelivery {
    this.held.add(stored);
    const { message, address, via } = stored;
    const redelivered = stored.deliveries++ > 0;
    const isCurrent = () => this.reader === reader && this.held.has(stored);
    const original = message.headers['waybill-original-address'];
    const home = via === 'retry' && original ? original : address;
    const copy = async (to: string, headers: Readonly<Record<string, string>>) => {
      if (isCurrent())
        this.write({ address: to, message: { ...message, headers: { ...message.headers, ...headers } } });
      return isCurrent();
    };
    return {
      message,
      origin: { address, partition: 0, redelivered, via },
      get current() {
        return isCurrent();
      },
      done: async () => {
        if (isCurrent() && this.held.delete(stored)) this.deliver();
      },
      retryLater: (delayMs, headers) => copy(retryAddress(this.subscription, home, delayMs), headers),
      deadLetter: (headers) => copy(deadLetterAddress(this.subscription, home), headers),
    };
  }
}
