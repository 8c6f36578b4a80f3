import type { Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { beforeEachJoin } from './before-each-join.js';
import { DepartedMember } from './departed-member.js';
import type { Place } from './kafka-delivery.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import { KafkaClosedError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { within } from './producer-session.js';
import { topicsOf } from './topic-roles.js';

/**
 * kafkajs asks a broker again only when all its partitions have returned. Ours return at once, so that a few workers do
 * for any number of partitions; each is woken by every fetch that brings something.
 */
const partitionsConsumedConcurrently = 16;
const maxWaitTimeInMs = 250;
/** What is worth an answer at once to a reader who has time. */
const gatheredBytes = 65_536;
const maxBytesPerPartition = 262_144;
const crashFollowsStopMs = 3_000;
const longestPartingMs = 5_000;
const longestLeavingMs = 2_000;

/** Whoever owns a session; told nothing more once it has parted from it. */
interface Owner {
  assigned(consumer: KafkajsConsumer, partitions: Partitions, memberId: string): void;
  /** What is settled from now on changes nothing. */
  revoked(): void;
  fetched(batch: EachBatchPayload): void;
  /** A fetch brought nothing but what no consumer sees: markers of transactions, messages that were aborted. */
  passed(place: Place, last: bigint): void;
  /** It was open and cannot go on. */
  ended(because: Error): void;
}

/**
 * One kafkajs consumer, from its connecting to its end; never used again.
 *
 * `opening` –first assignment→ `open` –part, or an end of its own→ `ended`.
 */
export class ConsumerSession {
  private state: 'opening' | 'open' | 'ended' = 'opening';
  private readonly client: KafkaClient;
  private readonly consumer: KafkajsConsumer;
  private readonly departed = new DepartedMember();
  private readonly joined = Promise.withResolvers<void>();
  private readonly parted = new AbortController();
  private memberId: string | undefined;

  constructor(
    private readonly subscription: Subscription,
    private readonly options: NormalisedKafkaOptions,
    private readonly owner: Owner,
  ) {
    this.client = connectableClient(options, `consumer.${subscription.name}`);
    const assigner = beforeEachJoin(this.departed.assigner, () => this.revoke());
    this.consumer = this.client.kafka.consumer({
      groupId: subscription.name,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatIntervalMs,
      allowAutoTopicCreation: false,
      ...patienceOf(subscription),
      maxBytesPerPartition,
      retry: { restartOnFailure: async () => false },
      partitionAssigners: [assigner],
    });
    this.joined.promise.catch(() => undefined); // told by `open`, if that is still waited for
    this.listen();
  }

  /** Resolves with the first assignment. `former` is the member in whose place it comes, while the group may know it. */
  async open(former: string | undefined): Promise<void> {
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: topicsOf(this.subscription), fromBeginning: true });
      if (former) await this.departed.leave(this.subscription.name, former);
      const running = this.consumer.run({
        partitionsConsumedConcurrently,
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (batch) => {
          if (this.state === 'open') this.owner.fetched(batch);
        },
      });
      running.catch((error: Error) => this.end(error)); // not awaited: it waits for the end of a crash, which may hang
      await this.joined.promise;
    } catch (error) {
      this.state = 'ended';
      this.client.giveUp();
      throw error;
    }
  }

  /**
   * Leaving tells the group at once. One that hangs is cut off and told to have left, past it; if that fails, too, the
   * group finds out by the session timeout.
   */
  async part(): Promise<void> {
    this.state = 'ended';
    this.parted.abort();
    this.joined.reject(new KafkaClosedError('closed before it had joined'));
    await within(longestPartingMs, this.consumer.disconnect()).catch(() => this.leavePastIt());
    this.client.giveUp();
  }

  private async leavePastIt(): Promise<void> {
    if (!this.memberId) return;
    const leaving = this.departed.leave(this.subscription.name, this.memberId);
    // Without it the group waits out the session timeout: slower, and nothing is lost.
    await within(longestLeavingMs, leaving).catch(() => undefined);
  }

  private listen(): void {
    const { consumer } = this;
    let rejoin: 'fetchersStopped' | 'fetchersRunning' = 'fetchersStopped';
    consumer.on(consumer.events.REBALANCING, () => void (rejoin = 'fetchersStopped'));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (this.state === 'ended') return;
      // A fetcher that finds a leader moved joins anew by itself. What the other fetchers still bring was fetched
      // from the old epoch's positions: taken for the new one, it would jump over all that was not settled.
      if (rejoin === 'fetchersRunning') return this.end(new KafkaClosedError('joined anew'));
      rejoin = 'fetchersRunning';
      this.state = 'open';
      this.memberId = payload.memberId;
      this.owner.assigned(consumer, payload.memberAssignment, payload.memberId);
      this.joined.resolve();
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload: { batchSize, lastOffset, ...place } }) => {
      if (this.state === 'open' && batchSize === 0) this.owner.passed(place, BigInt(lastOffset));
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.end(payload.error));
    // From here on kafkajs throws when it is told to pause. It disconnects before it tells why it stopped, and for that
    // it waits until all that was asked is answered.
    consumer.on(consumer.events.STOP, () => {
      this.revoke();
      const untold = new KafkaClosedError('stopped, and did not tell why');
      void this.options.clock.wait(crashFollowsStopMs, this.parted.signal).then(() => this.end(untold));
    });
  }

  private revoke(): void {
    if (this.state === 'open') this.owner.revoked();
  }

  private end(because: Error): void {
    this.joined.reject(because);
    if (this.state !== 'open') return;
    this.state = 'ended';
    this.owner.ended(because);
  }
}

/** A broker answers as soon as it has anything, unless the subscription would rather have many messages at once. */
function patienceOf({ gatherMs = 0 }: Subscription) {
  if (gatherMs === 0) return { maxWaitTimeInMs };
  return { maxWaitTimeInMs: Math.min(gatherMs, maxWaitTimeInMs), minBytes: gatheredBytes };
}
