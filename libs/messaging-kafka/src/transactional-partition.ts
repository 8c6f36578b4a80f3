import { errorTypeOf } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import type { Place } from './kafka-delivery.js';
import { asError, KafkaClosedError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import type { Processing, ReadMessage } from './processing.js';
import { toMessage, toRecord, type KafkaRecord } from './record.js';
import { transactionSpan } from './transaction-span.js';
import { isFenced, TransactionalProducer } from './transactional-producer.js';

const pauseBetweenTriesMs = 500;
/** Of the grace period; a transaction takes less than a second. */
const longestEndMs = 5_000;

/** The producer that holds the id, and the first offset that is not committed under it. */
interface Claim {
  readonly producer: TransactionalProducer;
  next: bigint;
}

interface Listener {
  /** Somebody else has claimed its id. */
  fenced(error: Error): void;
  /** Once more it was tried, with whatever result: it moves. */
  tried(): void;
}

/**
 * One partition of one assignment.
 *
 * `owned` –the group rebalances, or the lane closes→ `ended`
 * `owned` –somebody else has claimed its id→ `ended`, and tells so.
 */
export class TransactionalPartition {
  private state: 'owned' | 'ended' = 'owned';
  private claim: Claim | undefined;
  private working: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** Beyond what is committed where the last messages wrote nothing. */
  private readTo: bigint | undefined;
  mustLookBack: boolean;

  constructor(
    private readonly processing: Processing,
    private readonly place: Place,
    private readonly options: NormalisedKafkaOptions,
    private readonly listener: Listener,
  ) {
    this.mustLookBack = (processing.lookBack ?? 0) > 0;
  }

  get partition(): number {
    return this.place.partition;
  }

  /** The first offset that was not processed, once that is known. */
  get next(): bigint | undefined {
    return this.readTo ?? this.claim?.next;
  }

  /** Messages in hand. */
  get held(): number {
    return this.waiting;
  }

  /** Claims its id. Where it is to be read from, so that `known` is told what went before; nothing if it is not ours. */
  async begin(): Promise<bigint | undefined> {
    let next: bigint | undefined;
    await this.untilDone(async (claim) => void (next = claim.next));
    if (next === undefined) return undefined;
    this.mustLookBack = false;
    const back = next - BigInt(this.processing.lookBack ?? 0);
    return back > 0n ? back : 0n;
  }

  /** Resolves once they are written for good, or the partition is no longer ours. */
  process(messages: readonly KafkaMessage[]): Promise<void> {
    this.waiting += messages.length;
    return this.untilDone((claim) => this.writeOnce(messages, claim)).finally(
      () => (this.waiting -= messages.length),
    );
  }

  /**
   * What is being written may still be committed: the next owner's claim waits for it, or refuses it. So nothing is lost by
   * giving up what no broker answers, before the process has to end.
   */
  async end(): Promise<void> {
    this.state = 'ended';
    const finished = new AbortController();
    const working = this.working.finally(() => finished.abort());
    await Promise.race([working, this.options.clock.wait(longestEndMs, finished.signal)]);
    if (!finished.signal.aborted) return this.claim?.producer.giveUp();
    await this.claim?.producer.close();
  }

  /** One piece of work after the other. */
  private untilDone(work: (claim: Claim) => Promise<void>): Promise<void> {
    return (this.working = this.working.then(() => this.tryUntilDone(work)));
  }

  private async tryUntilDone(work: (claim: Claim) => Promise<void>): Promise<void> {
    while (this.state === 'owned') {
      this.listener.tried();
      try {
        this.claim ??= await this.makeClaim();
        return await work(this.claim);
      } catch (error) {
        this.claim?.producer.giveUp();
        this.claim = undefined;
        if (isFenced(error)) return this.giveWay(asError(error));
        this.tell(asError(error));
        await this.options.clock.wait(pauseBetweenTriesMs);
      }
    }
  }

  /** Fetched from a position older than the claim, or read again after a failure: what is committed is left out. */
  private async writeOnce(messages: readonly KafkaMessage[], claim: Claim): Promise<void> {
    const read = messages.map((message): ReadMessage => ({ ...toMessage(message), offset: message.offset }));
    const [old, fresh] = [
      read.filter(isBelow(claim.next)),
      read.filter((each) => !isBelow(claim.next)(each)),
    ];
    if (old.length > 0) this.processing.known?.(old, this.place);
    const last = fresh.at(-1);
    if (!last) return;
    const next = BigInt(last.offset) + 1n;
    const span = transactionSpan(fresh, this.processing, this.place);
    try {
      await span.within(() => this.writeFresh(fresh, next, claim));
      span.end();
    } catch (error) {
      span.fail(errorTypeOf(error));
      throw error;
    }
  }

  private async writeFresh(fresh: readonly ReadMessage[], next: bigint, claim: Claim): Promise<void> {
    const written = this.resultsOf(fresh, next);
    // What writes nothing is committed together with the next that does: read again, it writes nothing again.
    if (written.length === 0) return void (this.readTo = next);
    const startedAt = performance.now();
    await claim.producer.write(written, next);
    claim.next = this.readTo = next;
    this.told(fresh, written.length, performance.now() - startedAt);
  }

  private resultsOf(fresh: readonly ReadMessage[], next: bigint): KafkaRecord[] {
    const outgoing = this.processing.process(fresh, { ...this.place, next });
    return outgoing.map((each) => toRecord(each, this.options.maxMessageBytes));
  }

  private told(read: readonly ReadMessage[], written: number, tookMs: number): void {
    const { group: subscription } = this.processing;
    this.processing.known?.(read, this.place);
    this.processing.onWritten?.({ read: read.length, tookMs });
    const { events } = this.options;
    events.emit({ kind: 'transaction', subscription, read: read.length, written, elapsedMs: tookMs });
  }

  private async makeClaim(): Promise<Claim> {
    const producer = new TransactionalProducer(this.options, this.processing.group, this.place);
    try {
      const next = await producer.claim();
      if (this.state === 'ended') throw new KafkaClosedError('claimed too late');
      return { producer, next };
    } catch (error) {
      producer.giveUp();
      throw error;
    }
  }

  private giveWay(error: Error): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.listener.fenced(error);
  }

  private tell({ message }: Error): void {
    const { topic, partition } = this.place;
    this.options.events.emit({
      kind: 'infrastructure',
      subscription: this.processing.group,
      because: `${topic} ${partition}: ${message}`,
      waitMs: pauseBetweenTriesMs,
    });
  }
}

const isBelow =
  (next: bigint) =>
  ({ offset }: ReadMessage): boolean =>
    BigInt(offset) < next;
