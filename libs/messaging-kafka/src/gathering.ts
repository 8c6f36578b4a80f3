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

/** Records in the order in which they were published, until the next send takes them. */
export class Gathering {
  private parts: Waiting[][] = [];
  private waiting: Waiting[] = [];
  private bytes = 0;

  /** `batchBytes` is per topic and send. */
  constructor(private readonly batchBytes: number) {}

  get empty(): boolean {
    return this.waiting.length === 0 && this.parts.length === 0;
  }

  /** Waiting for more would not make a better batch. */
  get full(): boolean {
    return this.bytes >= this.batchBytes || this.parts.length > 0;
  }

  add(record: KafkaRecord, since: number): Promise<PublishResult> {
    const bytes = bytesOf(record);
    this.bytes += bytes;
    return new Promise((settle) => this.waiting.push({ record, bytes, since, settle }));
  }

  /** Comes out before all else, each part on its own. */
  putBack(parts: readonly Waiting[][]): void {
    this.parts.unshift(...parts);
  }

  /** The oldest, at least one, up to `batchBytes` for each topic; order within a topic is kept. */
  take(): Waiting[] {
    return this.parts.shift() ?? this.remove(this.fitting());
  }

  takeAll(): Waiting[] {
    return [...this.parts.splice(0).flat(), ...this.remove(this.waiting.length)];
  }

  private fitting(): number {
    const sizes = new Map<string, number>();
    const fits = ({ record: { topic }, bytes }: Waiting): boolean => {
      const size = sizes.get(topic) ?? 0;
      sizes.set(topic, size + bytes);
      return size === 0 || size + bytes <= this.batchBytes;
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
