import { errorTypeOf } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import type { Place } from './kafka-delivery.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import type { Processing, ReadMessage } from './processing.js';
import { toMessage, toRecord, type KafkaRecord } from './record.js';
import { transactionSpan } from './transaction-span.js';
import type { TransactionalProducer } from './transactional-producer.js';

/** The producer that holds the id, and the first offset that is not committed under it. */
export interface Claim {
  readonly producer: TransactionalProducer;
  next: bigint;
}

/** Writes what is made of the messages of a partition, together with how far it has read them. */
export class PartitionWriter {
  private readUpTo: bigint | undefined;

  constructor(
    private readonly processing: Processing,
    private readonly place: Place,
    private readonly options: NormalisedKafkaOptions,
  ) {}

  /** Beyond what is committed where the last messages wrote nothing. */
  get readTo(): bigint | undefined {
    return this.readUpTo;
  }

  /**
   * Whether a transaction was made for them. Fetched from a position older than the claim, or read again after a failure:
   * what is committed is left out.
   */
  async write(messages: readonly KafkaMessage[], claim: Claim): Promise<boolean> {
    const read = messages.map((message): ReadMessage => ({ ...toMessage(message), offset: message.offset }));
    const [old, fresh] = [
      read.filter(isBelow(claim.next)),
      read.filter((each) => !isBelow(claim.next)(each)),
    ];
    if (old.length > 0) this.processing.known?.(old, this.place);
    const last = fresh.at(-1);
    if (!last) return false;
    const next = BigInt(last.offset) + 1n;
    const span = transactionSpan(fresh, this.processing, this.place);
    try {
      const wrote = await span.within(() => this.writeFresh(fresh, next, claim));
      span.end();
      return wrote;
    } catch (error) {
      span.fail(errorTypeOf(error));
      throw error;
    }
  }

  private async writeFresh(fresh: readonly ReadMessage[], next: bigint, claim: Claim): Promise<boolean> {
    const written = this.resultsOf(fresh, next);
    // What writes nothing is committed together with the next that does: read again, it writes nothing again.
    if (written.length === 0) {
      this.readUpTo = next;
      return false;
    }
    const startedAt = performance.now();
    await claim.producer.write(written, next);
    claim.next = this.readUpTo = next;
    this.told(fresh, written.length, performance.now() - startedAt);
    return true;
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
}

const isBelow =
  (next: bigint) =>
  ({ offset }: ReadMessage): boolean =>
    BigInt(offset) < next;
