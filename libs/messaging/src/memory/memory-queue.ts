import type { Failure, RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscription.js';

interface Stored {
  readonly address: string;
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

  constructor(
    private readonly subscription: Subscription,
    private readonly clock: Clock,
    private readonly setAside: (message: Message, failure: Failure) => void,
  ) {}

  offer(address: string, message: Message): void {
    if (!this.subscription.addresses.includes(address)) return;
    this.waiting.push({ address, message, deliveries: 0 });
    this.deliver();
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
    const redelivered = stored.deliveries++ > 0;
    const isCurrent = () => this.reader === reader && this.held.has(stored);
    const settle = async () => {
      if (isCurrent() && this.held.delete(stored)) this.deliver();
    };
    return {
      message: stored.message,
      origin: { address: stored.address, partition: 0, redelivered },
      get current() {
        return isCurrent();
      },
      done: settle,
      retryLater: async (afterMs) => {
        void this.clock.wait(afterMs).then(() => this.offer(stored.address, stored.message));
        await settle();
      },
      deadLetter: async (failure) => {
        this.setAside(stored.message, failure);
        await settle();
      },
    };
  }
}
