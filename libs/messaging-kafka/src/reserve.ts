import type { KafkaMessage } from 'kafkajs';
import type { Place } from './kafka-delivery.js';

export interface Fetched {
  readonly message: KafkaMessage;
  readonly place: Place;
}

/** Small messages: so many prefetches, as long as they are not more than so many bytes. */
const most = { prefetches: 8, bytes: 4 * 1024 * 1024 };

/**
 * What was fetched beyond the prefetch and waits to be handed over. kafkajs notices a resumed partition only when its
 * fetch or its sleep ends, which takes up to `maxWaitTimeInMs`; one prefetch of small messages would be handled long
 * before. Of large ones a prefetch must do, or they would fill the memory.
 */
export class Reserve {
  private readonly waiting: Fetched[] = [];
  private bytes = 0;

  constructor(private readonly prefetch: number) {}

  /** Time to stop fetching. */
  get isEnough(): boolean {
    const { length } = this.waiting;
    return length >= this.prefetch * most.prefetches || (length >= this.prefetch && this.bytes >= most.bytes);
  }

  add(fetched: Fetched): void {
    this.waiting.push(fetched);
    this.bytes += bytesOf(fetched);
  }

  /** The oldest. */
  take(count: number): Fetched[] {
    const taken = this.waiting.splice(0, count);
    for (const fetched of taken) this.bytes -= bytesOf(fetched);
    return taken;
  }
}

const bytesOf = ({ message }: Fetched): number => message.value?.length ?? 0;
