import type { Consumer, RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { Assignment } from './assignment.js';
import type { ConnectionWatch } from './connection-watch.js';
import { ConsumerSession } from './consumer-session.js';
import { GroupLag } from './group-lag.js';
import { asError, KafkaClosedError } from './kafka.errors.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { within } from './producer-session.js';

const longestCommitMs = 5_000;
const longestHopsMs = 5_000;
const backoffMs = { first: 250, longest: 5_000 };

/**
 * A consumer group member that keeps itself alive. kafkajs only fetches: batches are handed over at once, commits are
 * ours, and nothing is ever thrown into it. When it crashes, retriable or not, it is rebuilt from nothing.
 *
 * `idle` → `running` (through any number of sessions and assignments) → `stopping` (takes no more) → `closed`.
 */
export class KafkaConsumer implements Consumer {
  private state: 'idle' | 'running' | 'stopping' | 'closed' = 'idle';
  private session: ConsumerSession | undefined;
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
    await this.assignment?.stop();
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.closing.abort();
    clearInterval(this.committer);
    // What it could not commit comes again, to whoever is next, and is found in the inbox.
    await within(longestCommitMs, this.commit()).catch(() => undefined);
    const { session } = this;
    this.leave();
    await Promise.all([session?.part(), this.hops.closeWithin(longestHopsMs), this.lag.close()]);
    this.watch.closed(this.purpose);
  }

  /** Of the partitions that are ours; what others do not read is theirs to notice. */
  async waiting(): Promise<number | undefined> {
    const standing = this.assignment?.standing;
    return standing && this.lag.of(standing);
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

  private open(): Promise<void> {
    const session = new ConsumerSession(this.subscription, this.options, {
      assigned: (consumer, partitions, memberId) => {
        this.memberId = memberId;
        this.assign(session, consumer, partitions);
      },
      revoked: () => this.assignment?.revoke(),
      fetched: (batch) => this.assignment?.accept(batch),
      passed: (place, last) => this.assignment?.passed(place, last),
      ended: (because) => this.rebuild(session, because),
    });
    this.session = session;
    return session.open(this.memberId);
  }

  private assign(session: ConsumerSession, consumer: KafkajsConsumer, partitions: Partitions): void {
    const { subscription, options, hops, take } = this;
    this.assignment?.revoke();
    const asking = {
      commitSoon: () => this.commit(),
      startOver: (where: string) => this.rebuild(session, new KafkaClosedError(`${where} was set back`)),
    };
    this.assignment = new Assignment({ consumer, subscription, options, hops, take, ...asking }, partitions);
    if (this.state !== 'running') void this.assignment.stop();
    this.watch.connected(this.purpose);
  }

  /** Leaves before it joins again, so that the group does not wait for the old member. */
  private rebuild(session: ConsumerSession, error: Error): void {
    this.leave();
    this.watch.lost(this.purpose, error);
    void session.part().then(() => this.openUntilItHolds());
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
}
