import type { Clock } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import type { AssignedPartitions } from './assigned-partitions.js';
import type { Place } from './kafka-delivery.js';
import { NotDueYet } from './not-due-yet.js';

export interface Fetched {
  readonly message: KafkaMessage;
  readonly place: Place;
}

interface Numbered extends Fetched {
  /** Of its arrival here. */
  readonly number: number;
}

/** Small messages: so many prefetches, as long as they are not more than so many bytes. */
const most = { prefetches: 8, bytes: 4 * 1024 * 1024 };

/**
 * What was fetched and is not handed over yet. Each partition keeps its order; among them the eldest goes first, but a
 * partition whose next message is beyond its reach is passed over until a commit has moved it.
 */
export class Stock {
  private readonly queues = new Map<string, Numbered[]>();
  private readonly notDue: NotDueYet;
  private arrived = 0;
  private bytes = 0;

  /** `onDue` is told when a message of a retry topic has become due. */
  constructor(
    private readonly assigned: AssignedPartitions,
    private readonly prefetch: number,
    clock: Clock,
    onDue: () => void,
  ) {
    this.notDue = new NotDueYet(clock, onDue);
  }

  /**
   * Time to stop fetching. kafkajs notices a resumed partition only when its fetch or its sleep ends, which takes up to
   * `maxWaitTimeInMs`; one prefetch of small messages would be handled long before. Of large ones a prefetch must do, or
   * they would fill the memory.
   */
  get isEnough(): boolean {
    const { size, prefetch } = this;
    return size >= prefetch * most.prefetches || (size >= prefetch && this.bytes >= most.bytes);
  }

  /** How many can be handed over, now or when there is room for them. */
  private get size(): number {
    return [...this.queues.values()].reduce(
      (sum, queue) => sum + (this.isHeldUp(queue) ? 0 : queue.length),
      0,
    );
  }

  /** A commit would move what can be handed over: begun at half the reach, it is over before the rest is used up. */
  get wantsCommit(): boolean {
    return [...this.queues.values()].some(
      ([next]) => next !== undefined && this.assigned.at(next.place)!.isFarOut(BigInt(next.message.offset)),
    );
  }

  add(message: KafkaMessage, place: Place): void {
    const name = `${place.topic} ${place.partition}`;
    const queue = this.queues.get(name) ?? [];
    queue.push({ message, place, number: this.arrived++ });
    this.bytes += bytesOf(message);
    this.queues.set(name, queue);
  }

  addRetry(message: KafkaMessage, place: Place): void {
    this.notDue.add(message, place);
  }

  take(count: number): Fetched[] {
    for (const { message, place } of this.notDue.takeDue()) this.add(message, place);
    const taken: Fetched[] = [];
    for (let eldest = this.eldest(); eldest && taken.length < count; eldest = this.eldest())
      taken.push(eldest.shift()!);
    for (const { message } of taken) this.bytes -= bytesOf(message);
    return taken;
  }

  /** The first offset of a partition that is here. */
  firstOf({ topic, partition }: Place): bigint | undefined {
    const first = this.queues.get(`${topic} ${partition}`)?.[0];
    return first && BigInt(first.message.offset);
  }

  /** More of a partition is of no use while what it brought is not due, or while a message in hand holds it up. */
  isFetchable(place: Place): boolean {
    const queue = this.queues.get(`${place.topic} ${place.partition}`) ?? [];
    return !this.notDue.holds(place) && !this.isHeldUp(queue);
  }

  end(): void {
    this.notDue.end();
  }

  /** The queue that goes next. */
  private eldest(): Numbered[] | undefined {
    let eldest: Numbered[] | undefined;
    for (const queue of this.queues.values())
      if (queue[0] && (!eldest || queue[0].number < eldest[0]!.number) && this.isInReach(queue[0]))
        eldest = queue;
    return eldest;
  }

  private isInReach({ place, message }: Numbered): boolean {
    return this.assigned.at(place)!.isInReach(BigInt(message.offset));
  }

  /** Beyond reach, and no commit would change that: within milliseconds it would, and is not worth a pause. */
  private isHeldUp([next]: readonly Numbered[]): boolean {
    return (
      next !== undefined && !this.isInReach(next) && this.assigned.at(next.place)!.toCommit() === undefined
    );
  }
}

const bytesOf = ({ value }: KafkaMessage): number => value?.length ?? 0;
