import type { PublishResult } from '@waybill/messaging';
import { bytesOf, type KafkaRecord } from './record.js';

/** A record and whoever waits for its fate. */
export interface Waiting {
  readonly record: KafkaRecord;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  settle(result: PublishResult): void;
}

/** Kafka stores, acknowledges and compresses batch by batch; a send has one for each partition. */
export interface BatchLimits {
  /** Largest batch, before compression. */
  plainBytes(): number;
  /** Names the batch that a record will be part of. */
  batchOf(record: KafkaRecord): string;
}

/** Records in the order in which they were published, until the next send takes them. */
export class Gathering {
  private parts: Waiting[][] = [];
  private waiting: Waiting[] = [];
  private bytes = 0;
  private handed = 0;
  private settled = 0;

  constructor(private readonly batches: BatchLimits) {}

  get empty(): boolean {
    return this.waiting.length === 0 && this.parts.length === 0;
  }

  /** Waiting for more would not make a better batch. */
  get full(): boolean {
    return this.bytes >= this.batches.plainBytes() || this.parts.length > 0;
  }

  /** How many there have been, with the last one taken in by now. */
  get mark(): number {
    return this.handed;
  }

  add(record: KafkaRecord, since: number): Promise<PublishResult> {
    const bytes = bytesOf(record);
    this.bytes += bytes;
    this.handed++;
    return new Promise((resolve) => {
      const settle = (result: PublishResult) => {
        this.settled++;
        resolve(result);
      };
      this.waiting.push({ record, bytes, since, settle });
    });
  }

  /** How many of those before the mark are without an answer: none is settled before an earlier one. */
  unsettledBefore(mark: number): number {
    return Math.max(0, mark - this.settled);
  }

  /** Comes out before all else, each part on its own. */
  putBack(parts: readonly Waiting[][]): void {
    this.parts.unshift(...parts);
  }

  /** The oldest, at least one, until a batch would grow beyond its limit; order is kept. */
  take(): Waiting[] {
    return this.parts.shift() ?? this.remove(this.fitting());
  }

  takeAll(): Waiting[] {
    return [...this.parts.splice(0).flat(), ...this.remove(this.waiting.length)];
  }

  private fitting(): number {
    const sizes = new Map<string, number>();
    const most = this.batches.plainBytes();
    const fits = ({ record, bytes }: Waiting): boolean => {
      const batch = this.batches.batchOf(record);
      const size = sizes.get(batch) ?? 0;
      sizes.set(batch, size + bytes);
      return size === 0 || size + bytes <= most;
    };
    const end = this.waiting.findIndex((waiting) => !fits(waiting));
    return end < 0 ? this.waiting.length : end;
  }

  private remove(count: number): Waiting[] {
    const taken = this.waiting.splice(0, count);
    for (const { bytes } of taken) this.bytes -= bytes;
    return taken;
  }
}
