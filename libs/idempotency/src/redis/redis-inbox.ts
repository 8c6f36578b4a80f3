import type { InboxClaim, InboxVerdict, LeasingStore, SqlTransaction } from '@waybill/messaging';
import { distinctClaims } from '../distinct-claims.js';
import { LeaseLostError } from '../idempotency.errors.js';
import { HeldLeases, type Lease } from './held-leases.js';
import { RedisConnection } from './redis-connection.js';
import { timesOf, type RedisInboxOptions, type RedisTimes } from './redis.options.js';
import { admitBodyScript } from './scripts/admit-body.js';
import { claimScript } from './scripts/claim.js';
import { completeScript } from './scripts/complete.js';
import { knownScript } from './scripts/known.js';

/**
 * The inbox in a Redis of whatever application, for effects that no transaction holds (a mail, a call). Each message is
 * one key with owner, lease and body hash; a run's claim stands for `leaseMs` and is renewed for as long as the run goes
 * on. At least once: see `LeasingStore`, and when Redis is flushed, every message that comes again is handled again.
 *
 * While Redis is away, and on one whose eviction policy could forget messages, all calls reject with infrastructure
 * errors (`RedisAwayError`, `EvictingRedisError`), which spend no attempt. One instance serves any number of
 * subscriptions; `start` before the first of them, `close` after the last has drained.
 */
export class RedisInbox implements LeasingStore {
  private readonly times: RedisTimes;
  private readonly connection: RedisConnection;
  private readonly held: HeldLeases;

  /** Throws a `RedisOptionsError` for times that contradict each other. */
  constructor(options: RedisInboxOptions) {
    this.times = timesOf(options);
    const { url, ssl, events } = options;
    this.connection = new RedisConnection({
      url,
      ...(ssl && { ssl }),
      silenceMs: this.times.silenceMs,
      ...(events && { events }),
      onOpen: () => this.held.catchUp(),
    });
    this.held = new HeldLeases(this.connection, this.times);
  }

  /** Resolves when Redis is reached, however long that takes; rejects with an `EvictingRedisError` when it may evict. */
  async start(): Promise<void> {
    await this.connection.start();
    this.held.start();
  }

  /** Leases that are still held run out. */
  close(): void {
    this.held.stop();
    this.connection.close();
  }

  async claim(
    subscription: string,
    claims: readonly InboxClaim[],
    _transaction: SqlTransaction,
    owner: string,
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    const wanted = distinctClaims(subscription, claims).map(leaseFor(subscription, owner));
    if (wanted.length === 0) return new Map();
    await this.connection.beOpen();
    const answers = await Promise.allSettled(wanted.map((lease) => this.claimOne(lease)));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) {
      // Any of them may have been claimed, and nobody would ever end it.
      await this.held.release(wanted);
      throw failed.reason;
    }
    const verdicts = answers.map((answer) => (answer as PromiseFulfilledResult<InboxVerdict>).value);
    this.held.add(wanted.filter((_, index) => verdicts[index] === 'new'));
    return new Map(wanted.map(({ messageId }, index) => [messageId, verdicts[index]!]));
  }

  /** `duplicate` or `different-body` for messages that were handled; what is just being handled is not known yet. */
  async known(
    subscription: string,
    claims: readonly InboxClaim[],
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    const asked = claims.map(leaseFor(subscription, ''));
    const answers = await Promise.all(
      asked.map(({ key, bodiesKey, bodyHash }) =>
        this.connection.run(knownScript, [key, bodiesKey], [bodyHash]),
      ),
    );
    const verdicts = asked.map(({ messageId }, index) => [messageId, answers[index]] as const);
    return new Map(verdicts.filter((known): known is [string, InboxVerdict] => known[1] !== null));
  }

  /**
   * At once and not with the transaction: when that fails, the operation comes again and admits the same body; the other
   * way round, a process that died in between would have recorded a correction whose body is an error. Kept as long as a
   * handled message, and anew from its end.
   */
  async admitBody(subscription: string, claim: InboxClaim): Promise<void> {
    const { bodiesKey, bodyHash } = leaseFor(subscription, '')(claim);
    await this.connection.run(admitBodyScript, [bodiesKey], [bodyHash, String(this.times.completedMs)]);
  }

  /** Rejects with a `LeaseLostError` when somebody else has one of them. */
  async confirm(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void> {
    const lost = await this.held.renew(claims.map(leaseFor(subscription, owner)));
    if (lost.length > 0)
      throw new LeaseLostError(
        subscription,
        lost.map(({ messageId }) => messageId),
      );
  }

  async complete(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void> {
    const handled = claims.map(leaseFor(subscription, owner));
    const { completedMs } = this.times;
    await Promise.all(
      handled.map(({ key, bodiesKey, bodyHash }) =>
        this.connection.run(completeScript, [key, bodiesKey], [owner, bodyHash, String(completedMs)]),
      ),
    );
    this.held.drop(handled);
  }

  /** Never rejects: what cannot be said now is said when Redis is back, unless the lease has run out before. */
  async release(subscription: string, claims: readonly InboxClaim[], owner: string): Promise<void> {
    await this.held.release(claims.map(leaseFor(subscription, owner)));
  }

  private claimOne({ key, bodiesKey, owner, bodyHash }: Lease): Promise<InboxVerdict> {
    const { leaseMs, processingMs } = this.times;
    const values = [owner, bodyHash, String(leaseMs), String(processingMs)];
    return this.connection.run(claimScript, [key, bodiesKey], values) as Promise<InboxVerdict>;
  }
}

const leaseFor =
  (subscription: string, owner: string) =>
  ({ messageId, bodyHash }: InboxClaim): Lease => {
    const key = `waybill:{${subscription}/${messageId}}`;
    return {
      messageId,
      owner,
      bodyHash: Buffer.from(bodyHash).toString('hex'),
      key,
      bodiesKey: `${key}:bodies`,
    };
  };
