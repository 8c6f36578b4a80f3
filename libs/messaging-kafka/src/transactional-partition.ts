import type { OutgoingMessage } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import type { Place } from './kafka-delivery.js';
import { asError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { toMessage, toRecord } from './record.js';
import type { Processing } from './transactional-lane.js';
import { isFenced, TransactionalProducer } from './transactional-producer.js';

const pauseBetweenTriesMs = 500;

/** The producer that holds the id, and the first offset that is not committed under it. */
interface Claim {
  readonly producer: TransactionalProducer;
  next: bigint;
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

  constructor(
    private readonly processing: Processing,
    private readonly place: Place,
    private readonly options: NormalisedKafkaOptions,
    private readonly fenced: (error: Error) => void,
  ) {}

  /** Resolves once they are written for good, or the partition is no longer ours. */
  process(messages: readonly KafkaMessage[]): Promise<void> {
    return (this.working = this.working.then(() => this.untilWritten(messages)));
  }

  /** What is being written may still be committed: the next owner's claim waits for it, or refuses it. */
  async end(): Promise<void> {
    this.state = 'ended';
    await this.working;
    await this.claim?.producer.close();
  }

  private async untilWritten(messages: readonly KafkaMessage[]): Promise<void> {
    while (this.state === 'owned') {
      try {
        this.claim ??= await this.makeClaim();
        return await this.writeOnce(messages, this.claim);
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
    const fresh = messages.filter(({ offset }) => BigInt(offset) >= claim.next);
    const last = fresh.at(-1);
    if (!last) return;
    const written = this.resultsOf(fresh);
    // What writes nothing is committed together with the next that does: read again, it writes nothing again.
    if (written.length === 0) return;
    const next = BigInt(last.offset) + 1n;
    const startedAt = performance.now();
    await claim.producer.write(written, next);
    claim.next = next;
    this.processing.onWritten?.({ read: fresh.length, tookMs: performance.now() - startedAt });
  }

  private resultsOf(fresh: readonly KafkaMessage[]) {
    const outgoing: readonly OutgoingMessage[] = this.processing.process(fresh.map(toMessage), this.place);
    return outgoing.map((each) => toRecord(each, this.options.maxMessageBytes));
  }

  private async makeClaim(): Promise<Claim> {
    const producer = new TransactionalProducer(this.options, this.processing.group, this.place);
    try {
      return { producer, next: await producer.claim() };
    } catch (error) {
      producer.giveUp();
      throw error;
    }
  }

  private giveWay(error: Error): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.fenced(error);
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
