import type { OutgoingMessage, Publisher, PublishResult } from '@waybill/messaging';
import { Gathering, type Waiting } from './gathering.js';
import type { ConnectionWatch } from './connection-watch.js';
import {
  asError,
  KafkaClosedError,
  KafkaRefusedError,
  KafkaTooLargeError,
  KafkaUnconfirmedError,
} from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { Partitioning } from './partitioning.js';
import { ProducerSession, within } from './producer-session.js';
import { toRecord, type KafkaRecord } from './record.js';
import { isTooLarge, partsOf, refusalIn, type Refused } from './refusals.js';
import { snappyRatio } from './snappy-codec.js';

/** Below the 30 s in which `publish` promises an answer. */
const longestWaitMs = 28_000;

/** What Kafka's publishers do beyond the port. */
export interface FlushingPublisher extends Publisher {
  /**
   * Sends what gathers without lingering, and resolves once all that was handed over before the call is answered: confirmed,
   * refused, or unknown, which each one's `publish` tells. What is handed over later is not waited for. After `withinMs` it
   * resolves all the same, with how many are still without an answer; they stay in flight. Never rejects. `close` does so,
   * too, and takes nothing more.
   */
  flush(withinMs: number): Promise<number>;
}

/**
 * Publishes with acks=all. Records gather while a send is in flight, and there is only ever one in flight: a lone
 * record goes at once, and under load batches grow by themselves.
 *
 * A kafkajs send that rejects may have been written, and its sequence is rewound, so that the next batch of equal size
 * would be swallowed as a duplicate and acknowledged. Hence after a rejection the session with its producer id is given
 * up, what waited behind comes out as unknown too, and a new session takes what comes next.
 *
 * `open` → `closing` (takes no more, sends what it holds) → `closed`.
 */
export class KafkaPublisher implements FlushingPublisher {
  private state: 'open' | 'closing' | 'closed' = 'open';
  private session: ProducerSession | undefined;
  private sending: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  /** Nobody before it lingers. */
  private flushMark = 0;
  private lingering = new AbortController();
  private readonly partitioning = new Partitioning();
  private readonly gathering: Gathering;

  constructor(
    private readonly options: NormalisedKafkaOptions,
    private readonly purpose: string,
    private readonly watch: ConnectionWatch,
  ) {
    this.gathering = new Gathering({
      plainBytes: () => options.batchBytes / snappyRatio.value,
      batchOf: (record) => this.partitioning.batchOf(record),
    });
  }

  publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    return Promise.all(batch.map((outgoing) => this.publishOne(outgoing)));
  }

  /** Like `publish`, for records whose bytes must stay as they are. */
  publishRecord(record: KafkaRecord): Promise<PublishResult> {
    if (this.state !== 'open')
      return Promise.resolve(unknown(new KafkaClosedError('the publisher is closed')));
    const result = this.gathering.add(record, this.options.clock.now());
    this.last = result;
    this.sending ??= this.sendAll();
    return result;
  }

  async flush(withinMs: number): Promise<number> {
    const { mark } = this.gathering;
    this.hurry();
    const answered = new AbortController();
    const late = this.options.clock.wait(withinMs, answered.signal);
    await Promise.race([this.last, late]);
    answered.abort();
    return this.gathering.unsettledBefore(mark);
  }

  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closing';
    this.hurry();
    await this.sending;
    await this.session?.close();
    this.session = undefined;
    this.state = 'closed';
    this.watch.closed(this.purpose);
  }

  /** For whoever cannot wait for answers: what is in flight by then comes out as unknown. */
  async closeWithin(ms: number): Promise<void> {
    const closing = this.close();
    await within(ms, closing).catch(() => this.session?.giveUp());
    await closing;
  }

  private publishOne(outgoing: OutgoingMessage): Promise<PublishResult> {
    try {
      return this.publishRecord(toRecord(outgoing, this.options.maxMessageBytes));
    } catch (error) {
      return Promise.resolve({ status: 'refused', because: asError(error) });
    }
  }

  private async sendAll(): Promise<void> {
    // One turn of the microtasks, so that a batch handed over in one call leaves in one send.
    await Promise.resolve();
    while (!this.gathering.empty) {
      const batch = this.gathering.take();
      const leftOver = !this.gathering.empty;
      await this.send(batch);
      // What has just come waits for company; what a larger batch left over has waited for its send already.
      const alone = !leftOver && !this.gathering.empty && !this.gathering.full;
      const hurried = this.gathering.unsettledBefore(this.flushMark) > 0;
      if (alone && !hurried) await this.linger();
    }
    // In the same turn as the last look: a record that came in between would wait for the next one to be published.
    this.sending = undefined;
  }

  private linger(): Promise<void> {
    return this.options.clock.wait(this.options.lingerMs, this.lingering.signal);
  }

  private hurry(): void {
    this.flushMark = this.gathering.mark;
    this.lingering.abort();
    this.lingering = new AbortController();
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.sendThrough((this.session ??= this.openSession()), batch);
    } catch (error) {
      this.session?.giveUp();
      this.session = undefined;
      const refused = refusalIn(error);
      if (refused) this.narrow(batch, refused, asError(error));
      else this.rejectAll(batch, asError(error));
    }
  }

  private async sendThrough(session: ProducerSession, batch: readonly Waiting[]): Promise<void> {
    const startedAt = this.options.clock.now();
    const patienceMs = longestWaitMs - (startedAt - batch[0]!.since);
    const results = await session.send(
      batch.map(({ record }) => record),
      patienceMs,
    );
    batch.forEach(({ settle }, index) => settle(results[index]!));
  }

  /** In smaller sends, each says for itself. What was written already is written twice. */
  private narrow(batch: readonly Waiting[], refused: Refused, error: Error): void {
    const parts = partsOf(batch, refused);
    if (parts.length > 1) return this.gathering.putBack(parts);
    const Refusal = isTooLarge(error) ? KafkaTooLargeError : KafkaRefusedError;
    const because = new Refusal(`refused: ${error.message}`, { cause: error });
    for (const { settle } of batch) settle({ status: 'refused', because });
    this.tellFailure('refused', error);
  }

  private rejectAll(batch: readonly Waiting[], error: Error): void {
    const because = new KafkaUnconfirmedError(`not confirmed: ${error.message}`, { cause: error });
    const behind = this.gathering.takeAll();
    this.watch.lost(this.purpose, error);
    for (const { settle } of [...batch, ...behind]) settle(unknown(because));
    this.tellFailure('unknown', error);
  }

  private tellFailure(status: 'refused' | 'unknown', { message }: Error): void {
    this.options.events.emit({ kind: 'publishFailed', broker: 'kafka', status, because: message });
  }

  private openSession(): ProducerSession {
    const onConnected = () => this.watch.connected(this.purpose);
    return new ProducerSession(this.options, this.purpose, this.partitioning, onConnected);
  }
}

const unknown = (because: Error): PublishResult => ({ status: 'unknown', because });
