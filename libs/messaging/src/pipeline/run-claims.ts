import { randomUUID } from 'node:crypto';
import { InfrastructureError } from '../messaging.errors.js';
import { leases, type InboxClaim, type InboxVerdict, type LeasingStore } from '../idempotency-store.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { persist } from './persist.js';
import type { Pipeline } from './work.js';

/**
 * Runs with claims of its own and ends each of them exactly once: kept as handled when the run's effects are committed
 * and `handled` says so, else given up. Where claims belong to the transaction there is nothing to end.
 */
export async function endingItsClaims<T>(
  pipeline: Pipeline,
  run: (claims: RunClaims) => Promise<T>,
  handled: (result: T) => boolean = () => true,
): Promise<T> {
  const claims = new RunClaims(pipeline);
  let result: T;
  try {
    result = await run(claims);
  } catch (error) {
    await claims.giveUp();
    throw error;
  }
  await (handled(result) ? claims.complete() : claims.giveUp());
  return result;
}

/**
 * The claims that one run got as new; those that others hold are none of its business.
 *
 * `open` while it runs –`complete` or `giveUp`→ `ended`, after which it holds none.
 */
export class RunClaims {
  private readonly owner = randomUUID();
  private state: 'open' | 'ended' = 'open';
  private own: InboxClaim[] = [];
  private confirmedIn: SqlTransaction | undefined;

  constructor(readonly pipeline: Pipeline) {}

  async take(
    wanted: readonly InboxClaim[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, InboxVerdict>> {
    const { inbox, subscription } = this.pipeline;
    const verdicts = await inbox.claim(subscription.name, wanted, transaction, this.owner);
    if (!leases(inbox)) return verdicts;
    this.own.push(...wanted.filter(({ messageId }) => verdicts.get(messageId) === 'new'));
    if (this.state === 'ended') await this.giveUpLate();
    this.confirmBeforeCommit(transaction);
    return verdicts;
  }

  /** A run that was held up past its leases must not commit beside whoever has taken them over. */
  confirmBeforeCommit(transaction: SqlTransaction): void {
    if (this.own.length === 0 || this.confirmedIn === transaction) return;
    this.confirmedIn = transaction;
    transaction.beforeCommit(() => this.confirm());
  }

  /**
   * The effects are committed: giving the claims up now would have them made again, so the store is asked until it
   * remembers, and the message is not settled before. Only the end of a drain's time ends that earlier; whatever the
   * broker then still takes as settled is right, for it is handled, and what goes back to it is handled once more.
   */
  async complete(): Promise<void> {
    const { subscription } = this.pipeline;
    const forAsLongAsItTakes = [{ current: true }];
    await this.end((store, own) =>
      persist(forAsLongAsItTakes, this.pipeline, () => store.complete(subscription.name, own, this.owner)),
    );
  }

  /** One that cannot be given up just now runs out by itself. */
  async giveUp(): Promise<void> {
    const { events, subscription } = this.pipeline;
    await this.end((store, own) =>
      store.release(subscription.name, own, this.owner).catch((error: unknown) => {
        const because = `claims not given up: ${String(error)}`;
        events.emit({ kind: 'infrastructure', subscription: subscription.name, because, waitMs: 0 });
      }),
    );
  }

  private async confirm(): Promise<void> {
    const { inbox, subscription } = this.pipeline;
    if (this.state === 'ended') throw new InfrastructureError('the run ended before its commit');
    if (leases(inbox)) await inbox.confirm(subscription.name, this.own, this.owner);
  }

  private async end(how: (store: LeasingStore, own: readonly InboxClaim[]) => Promise<void>): Promise<void> {
    const { inbox } = this.pipeline;
    const own = this.own;
    this.state = 'ended';
    this.own = [];
    if (leases(inbox) && own.length > 0) await how(inbox, own);
  }

  /** The transaction ran out of time while the store was still answering, and the run with it. */
  private async giveUpLate(): Promise<never> {
    await this.giveUp();
    throw new InfrastructureError('the run ended before its claims were answered');
  }
}
