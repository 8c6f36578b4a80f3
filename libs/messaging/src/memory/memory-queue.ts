import type { Origin, OutgoingMessage, RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import { noRetry, withLessTold, type InsteadOf } from '../failure-headers.js';
import {
  deadLetterAddress,
  inletAddresses,
  retryAddress,
  retryAddresses,
} from '../subscription-addresses.js';
import type { Subscription } from '../subscription.js';
import { MemoryReader, type Stored } from './memory-reader.js';

/** What a queue needs of the server that has it. */
export interface QueueServer {
  readonly clock: Clock;
  /** Aborted when the server closes: nothing more becomes due. */
  readonly closed: AbortSignal;
  /** Writes to another address, however often that fails, for as long as `wanted`. */
  copy(outgoing: OutgoingMessage, wanted: () => boolean, insteadOf: InsteadOf): Promise<void>;
  /** Resolves when the server answers: at once, unless it is paused. */
  answering(): Promise<void>;
}

/** What an address is to the subscription. */
interface Way {
  readonly via: Origin['via'];
  /** The address that it belongs to, whose dead letters and retries are those of its messages too. */
  readonly home: string;
}

/**
 * One subscription's messages in order, and its readers, each of which holds some. With `order: key` those of one key
 * and address are with one reader at a time; else the higher priority goes first. What a reader leaves unsettled goes
 * back to its place.
 */
export class MemoryQueue {
  private waiting: Stored[] = [];
  private readonly readers = new Set<MemoryReader>();
  private readonly ways: ReadonlyMap<string, Way>;
  private arrivals = 0;
  private handingOut = false;

  constructor(
    private readonly subscription: Subscription,
    private readonly server: QueueServer,
  ) {
    this.ways = new Map(subscription.addresses.flatMap((home) => waysOf(home, subscription)));
  }

  get addresses(): readonly string[] {
    return [...this.ways.keys()];
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  offer({ address, message, priority = 0 }: OutgoingMessage): void {
    const way = this.ways.get(address);
    if (!way) return;
    const { via } = way;
    const { clock, closed } = this.server;
    const dueAtMs = via === 'retry' ? Date.parse(message.headers[dueHeader] ?? '') : NaN;
    const waitMs = dueAtMs - clock.now();
    const arrive = () => this.store({ address, ...way, message, priority, number: this.arrivals++ });
    if (waitMs > 0) void clock.wait(waitMs, closed).then(() => closed.aborted || arrive());
    else arrive();
  }

  open(take: (deliveries: readonly RawDelivery[]) => void): MemoryReader {
    const reader = new MemoryReader(this.subscription.prefetch, take);
    this.readers.add(reader);
    this.handOutSoon();
    return reader;
  }

  /** What it holds goes back. */
  close(reader: MemoryReader): void {
    this.readers.delete(reader);
    this.waiting = [...this.waiting, ...reader.leave()].sort(inTurn);
    this.handOutSoon();
  }

  private store(stored: Omit<Stored, 'deliveries'>): void {
    const last = this.waiting.at(-1);
    this.waiting.push({ ...stored, deliveries: 0 });
    if (last && last.priority < stored.priority) this.waiting.sort(inTurn);
    this.handOutSoon();
  }

  /** Asynchronous, as on every broker: `publish` never runs a handler. */
  private handOutSoon(): void {
    if (this.handingOut) return;
    this.handingOut = true;
    queueMicrotask(() => {
      this.handingOut = false;
      void this.server.answering().then(() => this.handOut());
    });
  }

  private handOut(): void {
    if (!this.roomiest()) return;
    const given = new Map<MemoryReader, RawDelivery[]>();
    const blocked = new Set<string>();
    this.waiting = this.waiting.filter((stored) => {
      const reader = this.readerFor(stored, blocked);
      if (!reader) return true;
      given.set(reader, [...(given.get(reader) ?? []), this.hold(stored, reader)]);
      return false;
    });
    for (const [reader, deliveries] of given) reader.take(deliveries);
  }

  /** Nobody, when who holds the key can take no more: its later messages must not go elsewhere. */
  private readerFor(stored: Stored, blocked: Set<string>): MemoryReader | undefined {
    const key = this.keyOf(stored);
    if (key && blocked.has(key)) return undefined;
    const holder = key && [...this.readers].find((reader) => reader.holdsKey(key));
    const reader = holder || this.roomiest();
    if (reader?.hasRoom) return reader;
    if (key) blocked.add(key);
    return undefined;
  }

  private roomiest(): MemoryReader | undefined {
    const taking = [...this.readers].filter(({ hasRoom }) => hasRoom);
    return taking.toSorted((a, b) => a.heldCount - b.heldCount)[0];
  }

  private keyOf({ address, message }: Stored): string | undefined {
    const ordered = this.subscription.order === 'key' && message.key !== '';
    return ordered ? JSON.stringify([address, message.key]) : undefined;
  }

  private hold(stored: Stored, reader: MemoryReader): RawDelivery {
    reader.hold(stored, this.keyOf(stored));
    const { message, address, via, home } = stored;
    const redelivered = stored.deliveries++ > 0;
    const copy = async (to: string, headers: Readonly<Record<string, string>>, insteadOf: InsteadOf) => {
      const { [dueHeader]: _, ...kept } = message.headers;
      const moved = { ...message, headers: { ...kept, ...headers } };
      await this.server.copy({ address: to, message: moved }, () => reader.holds(stored), insteadOf);
      return reader.holds(stored);
    };
    return {
      message,
      origin: { address, partition: 0, offset: String(stored.number), redelivered, via },
      get current() {
        return reader.holds(stored);
      },
      done: async () => {
        await this.server.answering();
        if (reader.settle(stored)) this.handOutSoon();
      },
      retryLater: (delayMs, headers) =>
        copy(retryAddress(this.subscription, home, delayMs), headers, noRetry),
      deadLetter: (headers) => copy(deadLetterAddress(this.subscription, home), headers, withLessTold),
    };
  }
}

function waysOf(home: string, subscription: Subscription): [address: string, way: Way][] {
  const own = { ...subscription, addresses: [home] };
  return [
    [home, { via: 'address', home }],
    ...retryAddresses(own).map((address): [string, Way] => [address, { via: 'retry', home }]),
    ...inletAddresses(own).map((address): [string, Way] => [address, { via: 'inlet', home }]),
  ];
}

/** Of an earlier hop; the next one says its own or none. */
const dueHeader = 'waybill-due-at';

const inTurn = (a: Stored, b: Stored): number => b.priority - a.priority || a.number - b.number;
