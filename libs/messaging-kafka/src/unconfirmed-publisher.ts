import type { OutgoingMessage } from '@waybill/messaging';
import kafkajs, { type Producer } from 'kafkajs';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import { asError, KafkaUnconfirmedError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions, type NormalisedKafkaOptions } from './kafka.options.js';
import { Partitioning } from './partitioning.js';
import { byTopic, within } from './producer-session.js';
import { bytesOf, toRecord, type KafkaRecord } from './record.js';

/** Beyond it, what is published is lost at once: memory is worth more than activity. */
const most = { waitingRecords: 10_000, waitingBytes: 4 * 1024 * 1024 };
const longestConnectMs = 5_000;
const longestCloseMs = 3_000;
const pauseAfterFailureMs = 500;
/** A leader that has moved drops what it gets without a word when no answer is asked for; so look often. */
const metadataMaxAgeMs = 5_000;

/** What became of all that was published, as far as the sender can know. */
export interface UnconfirmedCounts {
  /** Written to a socket; not heard of since. */
  readonly sent: number;
  /** Known not to have gone out. */
  readonly lost: number;
}

/**
 * At most once: acks=0, tried once, by a producer of its own. Nobody waits for it, and it holds nobody up: what finds the
 * brokers away or the buffer full is lost, counted and told as `publishLost`. Only for what may be lost.
 *
 * `open` → `closing` (takes no more, sends what it holds) → `closed`.
 */
export class UnconfirmedPublisher {
  private state: 'open' | 'closing' | 'closed' = 'open';
  private readonly options: NormalisedKafkaOptions;
  private readonly counted = { sent: 0, lost: 0 };
  private waiting: KafkaRecord[] = [];
  private sending: Promise<void> | undefined;
  private session: UnconfirmedSession | undefined;

  constructor(
    given: KafkaOptions,
    private readonly purpose: string,
  ) {
    this.options = normaliseKafkaOptions(given);
  }

  get counts(): UnconfirmedCounts {
    return { ...this.counted };
  }

  /** Returns at once. Throws a `KafkaRefusedError` for what no broker would take. */
  publish(outgoing: OutgoingMessage): void {
    const record = toRecord(outgoing, this.options.maxMessageBytes);
    if (this.state !== 'open') return this.lose([record], 'the publisher is closed');
    if (this.waiting.length >= most.waitingRecords) return this.lose([record], 'too many wait');
    this.waiting.push(record);
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
  }

  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closing';
    await this.sending;
    await this.session?.close();
    this.session = undefined;
    this.state = 'closed';
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.state === 'open') await this.options.clock.wait(this.options.lingerMs);
      const batch = this.waiting.splice(0, this.fitting());
      try {
        await (this.session ??= new UnconfirmedSession(this.options, this.purpose)).send(batch);
        this.counted.sent += batch.length;
      } catch (error) {
        this.lose(batch, asError(error).message);
        this.session?.giveUp();
        this.session = undefined;
        if (this.state === 'open') await this.options.clock.wait(pauseAfterFailureMs);
      }
    }
  }

  /** The oldest, at least one, until they are as many bytes as one send of all partitions may have. */
  private fitting(): number {
    let bytes = 0;
    const end = this.waiting.findIndex((record) => (bytes += bytesOf(record)) > this.options.batchBytes);
    return end < 0 ? this.waiting.length : Math.max(1, end);
  }

  private lose(records: readonly KafkaRecord[], because: string): void {
    this.counted.lost += records.length;
    for (const [address, lost] of Map.groupBy(records, ({ topic }) => topic))
      this.options.events.emit({
        kind: 'publishLost',
        broker: 'kafka',
        address,
        count: lost.length,
        because,
      });
  }
}

/** One connection's life, given up at its first failure. */
class UnconfirmedSession {
  private readonly client: KafkaClient;
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;

  constructor(options: NormalisedKafkaOptions, purpose: string) {
    this.client = connectableClient(options, purpose);
    this.producer = this.client.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: new Partitioning().create,
      metadataMaxAge: metadataMaxAgeMs,
      retry: { retries: 0 }, // a second try might be a second copy
    });
  }

  /** Resolves once the system has the bytes, whatever becomes of them. */
  async send(records: readonly KafkaRecord[]): Promise<void> {
    await (this.connected ??= within(longestConnectMs, this.producer.connect()));
    if (this.client.waitingBytes() > most.waitingBytes)
      throw new KafkaUnconfirmedError('a broker does not read');
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers }));
    const compression = kafkajs.CompressionTypes.Snappy;
    await this.producer.sendBatch({ acks: 0, compression, topicMessages: byTopic(records, messages) });
  }

  giveUp(): void {
    this.client.giveUp();
  }

  async close(): Promise<void> {
    // Nothing is in flight any more; `giveUp` ends the sockets in any case.
    await within(longestCloseMs, this.producer.disconnect()).catch(() => undefined);
    this.client.giveUp();
  }
}
