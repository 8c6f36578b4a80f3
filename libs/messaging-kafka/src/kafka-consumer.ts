import type { Consumer, RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { Assignment } from './assignment.js';
import { beforeEachJoin } from './before-each-join.js';
import type { ConnectionWatch } from './connection-watch.js';
import { DepartedMember } from './departed-member.js';
import { GroupLag } from './group-lag.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import { asError, KafkaClosedError } from './kafka.errors.js';
import type { KafkaPublisher } from './kafka-publisher.js';
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
const backoffMs = { first: 250, longest: 5_000 };

/** One kafkajs consumer; replaced as a whole after a crash. */
interface Session {
  readonly client: KafkaClient;
  readonly consumer: KafkajsConsumer;
}

/**
 * A consumer group member that keeps itself alive. kafkajs only fetches: batches are handed over at once, commits are
 * ours, and nothing is ever thrown into it. When it crashes, retriable or not, it is rebuilt from nothing.
 *
 * `idle` → `running` (through any number of sessions and assignments) → `stopping` (takes no more) → `closed`.
 */
export class KafkaConsumer implements Consumer {
  private state: 'idle' | 'running' | 'stopping' | 'closed' = 'idle';
  private session: Session | undefined;
  private assignment: Assignment | undefined;
  /** Our id in the group, while it may still know it. */
  private memberId: string | undefined;
  private readonly lag: GroupLag;
  private committer: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly subscription: Subscription,
    private readonly take: (deliveries: readonly RawDelivery[]) => void,
    private readonly options: NormalisedKafkaOptions,
    private readonly hops: KafkaPublisher,
    private readonly watch: ConnectionWatch,
  ) {
    this.lag = new GroupLag(subscription.name, options);
  }

  async start(): Promise<void> {
    this.state = 'running';
    this.watch.connecting(this.purpose);
    this.committer = setInterval(() => void this.commit(), this.options.commitIntervalMs);
    await this.openUntilItHolds();
  }

  async stopTaking(): Promise<void> {
    if (this.state === 'running') this.state = 'stopping';
    this.assignment?.stop();
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.closing.abort();
    clearInterval(this.committer);
    await within(longestPartingMs, this.commit()).catch(() => undefined);
    const { session } = this;
    this.leave();
    await Promise.all([session && part(session), this.hops.close(), this.lag.close()]);
    this.watch.closed(this.purpose);
  }

  /** Of the partitions that are ours; what others do not read is theirs to notice. */
  async waiting(): Promise<number | undefined> {
    const reading = this.assignment?.reading;
    return reading && this.lag.of(reading);
  }

  private get purpose(): string {
    return `consumer.${this.subscription.name}`;
  }

  /** While stopping, too: what is held can be settled only where the group knows us. */
  private async openUntilItHolds(): Promise<void> {
    let waitMs = backoffMs.first;
    while (this.state !== 'closed') {
      try {
        return await this.open();
      } catch (error) {
        if (!this.closing.signal.aborted) this.watch.lost(this.purpose, asError(error));
        await this.options.clock.wait(waitMs, this.closing.signal);
        waitMs = Math.min(backoffMs.longest, waitMs * 2);
      }
    }
  }

  private async open(): Promise<void> {
    const client = connectableClient(this.options, this.purpose);
    const departed = new DepartedMember();
    const assigner = beforeEachJoin(departed.assigner, () => {
      if (this.session === session) this.assignment?.revoke();
    });
    const consumer = client.kafka.consumer({ ...this.settings(), partitionAssigners: [assigner] });
    const session: Session = { client, consumer };
    this.session = session;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: topicsOf(this.subscription), fromBeginning: true });
      if (this.memberId) await departed.leave(this.subscription.name, this.memberId);
      this.memberId = undefined;
      await this.run(session);
    } catch (error) {
      client.giveUp();
      throw error;
    }
  }

  /** Resolves with the first assignment; from then on a crash means a new session. */
  private run(session: Session): Promise<void> {
    const { consumer } = session;
    let rejoin: 'fetchersStopped' | 'fetchersRunning' = 'fetchersStopped';
    return new Promise((joined, failed) => {
      consumer.on(consumer.events.REBALANCING, () => void (rejoin = 'fetchersStopped'));
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        if (this.session !== session) return;
        // A fetcher that finds a leader moved joins anew by itself. What the other fetchers still bring was fetched
        // from the old epoch's positions: taken for the new one, it would jump over all that was not settled.
        if (rejoin === 'fetchersRunning') return this.rebuild(session, new KafkaClosedError('joined anew'));
        rejoin = 'fetchersRunning';
        this.memberId = payload.memberId;
        this.assign(consumer, payload.memberAssignment);
        joined();
      });
      const ended = (error: Error) => {
        failed(error);
        if (this.session === session && this.assignment) this.rebuild(session, error);
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => ended(payload.error));
      // From here on kafkajs throws when it is told to pause. It disconnects before it tells why it stopped, and for that
      // it waits until all that was asked is answered.
      consumer.on(consumer.events.STOP, () => {
        if (this.session !== session) return;
        this.assignment?.revoke();
        const untold = new KafkaClosedError('stopped, and did not tell why');
        void this.options.clock.wait(crashFollowsStopMs, this.closing.signal).then(() => ended(untold));
      });
      const eachBatch = { partitionsConsumedConcurrently, autoCommit: false, eachBatchAutoResolve: false };
      consumer
        .run({
          ...eachBatch,
          eachBatch: async (batch) => {
            if (this.session === session) this.assignment?.accept(batch);
          },
        })
        .catch(failed);
    });
  }

  private assign(consumer: KafkajsConsumer, partitions: Partitions): void {
    const { subscription, options, hops, take } = this;
    this.assignment?.revoke();
    const commitSoon = () => void this.commit();
    this.assignment = new Assignment({ consumer, subscription, options, hops, take, commitSoon }, partitions);
    if (this.state !== 'running') this.assignment.stop();
    this.watch.connected(this.purpose);
  }

  /** Leaves before it joins again, so that the group does not wait for the old member. */
  private rebuild(session: Session, error: Error): void {
    this.leave();
    this.watch.lost(this.purpose, error);
    void part(session).then(() => this.openUntilItHolds());
  }

  private leave(): void {
    this.assignment?.revoke();
    this.assignment = undefined;
    this.session = undefined;
  }

  /** A commit that fails is made again by the next: until then the same messages would be delivered again, no more. */
  private async commit(): Promise<void> {
    await this.assignment?.commit().catch((error: unknown) => {
      const because = `commit: ${asError(error).message}`;
      this.options.events.emit({
        kind: 'infrastructure',
        subscription: this.subscription.name,
        because,
        waitMs: 0,
      });
    });
  }

  private settings() {
    return {
      groupId: this.subscription.name,
      sessionTimeout: this.options.sessionTimeoutMs,
      heartbeatInterval: this.options.heartbeatIntervalMs,
      allowAutoTopicCreation: false,
      ...patienceOf(this.subscription),
      maxBytesPerPartition,
      retry: { restartOnFailure: async () => false },
    };
  }
}

/** A broker answers as soon as it has anything, unless the subscription would rather have many messages at once. */
function patienceOf({ gatherMs = 0 }: Subscription) {
  if (gatherMs === 0) return { maxWaitTimeInMs };
  return { maxWaitTimeInMs: Math.min(gatherMs, maxWaitTimeInMs), minBytes: gatheredBytes };
}

/** Leaving tells the group at once; one that hangs is cut off, and the group finds out by the session timeout. */
async function part({ client, consumer }: Session): Promise<void> {
  await within(longestPartingMs, consumer.disconnect()).catch(() => undefined);
  client.giveUp();
}
