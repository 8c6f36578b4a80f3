import type { Consumer, RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer } from 'kafkajs';
import { Assignment, type Partitions } from './assignment.js';
import type { ConnectionWatch } from './connection-watch.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import { asError } from './kafka.errors.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { within } from './producer-session.js';

/** kafkajs asks a broker again only when all its partitions have returned; ours return at once, in any number. */
const partitionsConsumedConcurrently = 1_000;
const maxWaitTimeInMs = 250;
const maxBytesPerPartition = 262_144;
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
  private committer: NodeJS.Timeout | undefined;

  constructor(
    private readonly subscription: Subscription,
    private readonly take: (deliveries: readonly RawDelivery[]) => void,
    private readonly options: NormalisedKafkaOptions,
    private readonly deadLetters: KafkaPublisher,
    private readonly watch: ConnectionWatch,
  ) {}

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
    clearInterval(this.committer);
    await this.commit();
    this.assignment?.revoke();
    const { session } = this;
    this.session = undefined;
    if (session) await part(session);
    await this.deadLetters.close();
    this.watch.closed(this.purpose);
  }

  private get purpose(): string {
    return `consumer.${this.subscription.name}`;
  }

  private async openUntilItHolds(): Promise<void> {
    let waitMs = backoffMs.first;
    while (this.state === 'running') {
      try {
        return await this.open();
      } catch (error) {
        this.watch.lost(this.purpose, asError(error));
        await this.options.clock.wait(waitMs);
        waitMs = Math.min(backoffMs.longest, waitMs * 2);
      }
    }
  }

  private async open(): Promise<void> {
    const client = connectableClient(this.options, this.purpose);
    const consumer = client.kafka.consumer(this.settings());
    const session: Session = { client, consumer };
    this.session = session;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.subscription.addresses], fromBeginning: true });
      await this.run(session);
    } catch (error) {
      client.giveUp();
      throw error;
    }
  }

  /** Resolves with the first assignment; from then on a crash means a new session. */
  private run(session: Session): Promise<void> {
    const { consumer } = session;
    return new Promise((joined, failed) => {
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        this.assign(consumer, payload.memberAssignment);
        joined();
      });
      consumer.on(consumer.events.REBALANCING, () => this.assignment?.revoke());
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        failed(payload.error);
        this.onCrash(session, payload.error);
      });
      const eachBatch = { partitionsConsumedConcurrently, autoCommit: false, eachBatchAutoResolve: false };
      consumer
        .run({ ...eachBatch, eachBatch: async (batch) => this.assignment?.accept(batch) })
        .catch(failed);
    });
  }

  private assign(consumer: KafkajsConsumer, partitions: Partitions): void {
    const { subscription, options, deadLetters, take } = this;
    this.assignment?.revoke();
    this.assignment = new Assignment({ consumer, subscription, options, deadLetters, take }, partitions);
    if (this.state !== 'running') this.assignment.stop();
    this.watch.connected(this.purpose);
  }

  /** A crash before the first assignment is `open`'s to handle; one of an earlier session is nobody's. */
  private onCrash(session: Session, error: Error): void {
    if (this.session !== session || !this.assignment) return;
    this.session = undefined;
    this.assignment.revoke();
    this.assignment = undefined;
    session.client.giveUp();
    this.watch.lost(this.purpose, error);
    void this.openUntilItHolds();
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
      maxWaitTimeInMs,
      maxBytesPerPartition,
      retry: { restartOnFailure: async () => false },
    };
  }
}

/** Leaving tells the group at once; one that hangs is cut off, and the group finds out by the session timeout. */
async function part({ client, consumer }: Session): Promise<void> {
  await within(longestPartingMs, consumer.disconnect()).catch(() => undefined);
  client.giveUp();
}
