import { ProgressWatch, type Patience } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { ConsumerSession } from './consumer-session.js';
import { GroupLag } from './group-lag.js';
import type { Place } from './kafka-delivery.js';
import { asError, KafkaClosedError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions, type NormalisedKafkaOptions } from './kafka.options.js';
import { lanePatience, type LaneStatus } from './lane-status.js';
import { Pace } from './pace.js';
import { readingOf, type Processing } from './processing.js';
import { TransactionalPartition } from './transactional-partition.js';

const backoffMs = 500;

/**
 * Reads a topic and writes others, exactly once for whoever reads `read_committed`: a batch's results and its offset are
 * one Kafka transaction (docs/adr/0021). Only for what stays within Kafka: no database and no call is part of it.
 *
 * `idle` → `running` (through any number of sessions and assignments) → `closed`.
 */
export class TransactionalLane {
  private state: LaneStatus['state'] = 'idle';
  private readonly options: NormalisedKafkaOptions;
  private readonly closing = new AbortController();
  private session: ConsumerSession | undefined;
  private assigned = new Map<string, TransactionalPartition>();
  private memberId: string | undefined;
  private consumer: KafkajsConsumer | undefined;
  private readonly lag: GroupLag;
  private readonly progress: ProgressWatch;
  private readonly patience: Patience;
  private readonly pace: Pace;
  private watching: NodeJS.Timeout | undefined;
  private wedgedBecause: string | undefined;

  constructor(
    private readonly processing: Processing,
    options: KafkaOptions,
    patience: Partial<Patience> = {},
  ) {
    this.options = normaliseKafkaOptions(options);
    this.lag = new GroupLag(processing.group, this.options);
    this.pace = new Pace(processing.gatherMs ?? 0, this.options.clock, this.closing.signal);
    this.patience = { ...lanePatience, ...patience };
    this.progress = new ProgressWatch(this.options.clock, this.patience.beyondHandlerMs);
  }

  get status(): LaneStatus {
    const { state, assigned, held, wedgedBecause } = this;
    return { state, partitions: assigned.size, held, ...(wedgedBecause && { wedged: wedgedBecause }) };
  }

  private get held(): number {
    return [...this.assigned.values()].reduce((sum, { held }) => sum + held, 0);
  }

  /** Resolves with the first assignment. */
  async start(): Promise<void> {
    this.state = 'running';
    this.watching = setInterval(() => void this.watch(), this.patience.lookEveryMs).unref();
    await this.openUntilItHolds();
  }

  /** Finishes the transactions that are under way, then leaves the group. */
  async close(): Promise<void> {
    this.state = 'closed';
    clearInterval(this.watching);
    this.closing.abort();
    await this.revoke();
    await Promise.all([this.session?.part(), this.lag.close()]);
  }

  private async openUntilItHolds(): Promise<void> {
    while (this.state === 'running') {
      try {
        return await this.open();
      } catch (error) {
        this.tell(asError(error));
        await this.options.clock.wait(backoffMs, this.closing.signal);
      }
    }
  }

  private open(): Promise<void> {
    const session = new ConsumerSession(readingOf(this.processing), this.options, {
      assigned: (consumer, partitions, memberId) => {
        this.memberId = memberId;
        this.assign(session, consumer, partitions);
      },
      revoked: () => void this.revoke(),
      fetched: (batch) => this.accept(batch),
      passed: () => undefined,
      ended: (because) => this.rebuild(session, because),
    });
    this.session = session;
    return session.open(this.memberId);
  }

  private assign(session: ConsumerSession, consumer: KafkajsConsumer, partitions: Partitions): void {
    void this.revoke();
    this.consumer = consumer;
    const { from } = this.processing;
    const own = partitions[from] ?? [];
    // kafkajs keeps pauses across assignments.
    consumer.resume([{ topic: from, partitions: [...own] }]);
    for (const partition of own) {
      const place = { topic: from, partition };
      const fenced = (error: Error) => this.rebuild(session, error);
      const tried = () => this.progress.moved();
      const owned = new TransactionalPartition(this.processing, place, this.options, { fenced, tried });
      this.assigned.set(placeOf(place), owned);
    }
  }

  /** One batch of each partition in hand; kafkajs is not held up by it. */
  private accept({ batch, resolveOffset }: EachBatchPayload): void {
    const { topic, partition, messages } = batch;
    const [owned, last, { consumer }] = [this.assigned.get(placeOf(batch)), messages.at(-1), this];
    if (!owned || !last || !consumer) return;
    this.progress.moved();
    const here = [{ topic, partitions: [partition] }];
    consumer.pause(here);
    const finished = owned.mustLookBack
      ? this.lookBack(owned, consumer, batch)
      : this.pace.keep(() => owned.process(messages));
    if (!owned.mustLookBack) resolveOffset(last.offset);
    void finished.then(() => {
      if (this.isOurs(owned, batch)) consumer.resume(here);
    });
  }

  /** The batch is left where it is, and fetched again behind those that are shown before it. */
  private async lookBack(
    owned: TransactionalPartition,
    consumer: KafkajsConsumer,
    { topic, partition }: Place,
  ): Promise<void> {
    const from = await owned.begin();
    if (from !== undefined && this.isOurs(owned, { topic, partition }))
      consumer.seek({ topic, partition, offset: String(from) });
  }

  private isOurs(owned: TransactionalPartition, place: Place): boolean {
    return this.assigned.get(placeOf(place)) === owned;
  }

  private async revoke(): Promise<void> {
    const ended = [...this.assigned.values()];
    this.assigned = new Map();
    await Promise.all(ended.map((owned) => owned.end()));
  }

  /** Joins anew: the group says whose the partitions are. */
  private rebuild(session: ConsumerSession, because: Error): void {
    if (session !== this.session) return;
    this.session = undefined;
    this.tell(because);
    void this.revoke();
    void session.part().then(() => this.openUntilItHolds());
  }

  /**
   * Messages that wait while none is in hand: joining anew may bring them. Every step of a transaction is limited, so one
   * that holds on to its messages for so long can only be ended with the process.
   */
  private async watch(): Promise<void> {
    const { held } = this;
    const { from, group } = this.processing;
    const standing = [...this.assigned.values()].map(({ partition, next }) => ({
      topic: from,
      partition,
      next,
    }));
    const waiting = held > 0 ? undefined : await this.lag.of(standing);
    const because = this.progress.wedged({ held, waiting, resting: this.state !== 'running' });
    this.wedgedBecause = because;
    if (!because) return;
    const remedy = held > 0 ? 'none' : 'rebuilt';
    this.options.events.emit({ kind: 'wedged', subscription: group, because, remedy });
    if (remedy === 'none') return;
    this.progress.moved();
    if (this.session) this.rebuild(this.session, new KafkaClosedError(because));
  }

  private tell({ message }: Error): void {
    const { group } = this.processing;
    this.options.events.emit({
      kind: 'infrastructure',
      subscription: group,
      because: message,
      waitMs: backoffMs,
    });
  }
}

const placeOf = ({ topic, partition }: Place): string => `${topic} ${partition}`;
