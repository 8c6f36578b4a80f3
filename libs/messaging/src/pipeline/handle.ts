import type { CallsOutside, Delivery, MessageHandler } from '../handler.js';
import { callsOutside } from '../handler.js';
import { RetryableError } from '../messaging.errors.js';
import { isOutcome, retryLater, type Outcome } from '../outcome.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { announceHandled } from './announce.js';
import { claim, isNew, lookAt } from './claim.js';
import type { Pipeline, Work } from './work.js';

/** What one run of a handler came to; a duplicate and a parked message were not run at all. */
export type Handled = Outcome | { readonly kind: 'duplicate' | 'parked' };

/** Runs the handler of one message in the given transaction, in which it has been claimed. */
export async function handleIn(
  transaction: SqlTransaction,
  work: Work,
  pipeline: Pipeline,
): Promise<Outcome> {
  const handler = work.handler as MessageHandler;
  return checked(await withinTime(handler.handle(deliveryOf(work, transaction)), pipeline));
}

/** One message in a transaction of its own, or around a call to the outside. */
export async function handleAlone(work: Work, pipeline: Pipeline): Promise<Handled> {
  const { inbox, subscription } = pipeline;
  const ids = [work.envelope.id];
  try {
    const handled = await (callsOutside(work.handler)
      ? handleOutside(work, work.handler as CallsOutside, pipeline)
      : handleInside(work, pipeline));
    if (leavesInboxRow(handled)) await inbox.complete?.(subscription.name, ids);
    else if (handled.kind !== 'duplicate') await inbox.release?.(subscription.name, ids);
    return handled;
  } catch (error) {
    await inbox.release?.(subscription.name, ids);
    throw error;
  }
}

/** An outcome that is not a success must leave nothing behind: the throw rolls the transaction back. */
class RolledBack extends Error {
  constructor(readonly outcome: Outcome) {
    super('rolled back by the outcome');
  }
}

async function handleInside(work: Work, pipeline: Pipeline): Promise<Handled> {
  return committed(pipeline, async (transaction) => {
    const met = await meet(work, pipeline, transaction, claim);
    if (met) return met;
    const outcome = await handleIn(transaction, work, pipeline);
    if (!leavesInboxRow(outcome)) throw new RolledBack(outcome);
    return finish(work, outcome, pipeline, transaction);
  });
}

/**
 * Intent, call, result. Dying before the first commit: nothing happened. Between the commits: the lease runs out and
 * the same key is asked again. After the second: the redelivery is a duplicate.
 *
 * A store in the same database is only looked at before the call and claims with the result. One elsewhere claims
 * before the call, since its lease is what keeps a copy from asking too.
 */
async function handleOutside(work: Work, handler: CallsOutside, pipeline: Pipeline): Promise<Handled> {
  const leased = pipeline.inbox.complete !== undefined;
  const end = leased ? finish : conclude;
  const prepared = await committed(pipeline, async (transaction) => {
    const met = await meet(work, pipeline, transaction, leased ? claim : lookAt);
    if (met) return met;
    const answer = await handler.prepare(deliveryOf(work, transaction));
    if ('call' in answer || !leavesInboxRow(checked(answer))) return answer;
    return end(work, answer, pipeline, transaction);
  });
  if (!('call' in prepared)) return prepared;
  const result = await withinTime(handler.call(prepared.call), pipeline);
  return committed(pipeline, async (transaction) => {
    const outcome = checked(await handler.conclude(prepared.call, result, deliveryOf(work, transaction)));
    return leavesInboxRow(outcome) ? end(work, outcome, pipeline, transaction) : outcome;
  });
}

/** The inbox row beside what the call came to. A copy that was quicker has left the same. */
async function conclude(
  work: Work,
  outcome: Outcome,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<Handled> {
  const met = await meet(work, pipeline, transaction, claim);
  return met ?? finish(work, outcome, pipeline, transaction);
}

/** Nothing when the message is to be handled; else what it comes to without its handler. */
async function meet(
  work: Work,
  pipeline: Pipeline,
  transaction: SqlTransaction,
  look: typeof claim,
): Promise<Handled | undefined> {
  const standings = await look([work], pipeline, transaction);
  if (isNew(work, standings)) return undefined;
  const standing = standings.get(work.envelope.id);
  if (standing === 'busy') return retryLater({ because: 'handled elsewhere just now', spendsAttempt: false });
  if (standing === 'parked') return { kind: 'parked' };
  return finish(work, { kind: 'duplicate' }, pipeline, transaction);
}

/** What belongs to a message's end, in the commit of its effects: its key goes on, and whoever asked for it is told. */
async function finish(
  work: Work,
  handled: Handled,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<Handled> {
  if (work.head) await pipeline.keys!.advance(work.head, transaction);
  await announceHandled(work, handled, pipeline, transaction);
  return handled;
}

async function committed<T>(
  { database, subscription }: Pipeline,
  work: (transaction: SqlTransaction) => Promise<T>,
): Promise<T | Outcome> {
  try {
    return await database.transaction(work, { timeoutMs: subscription.handlerTimeoutMs + 5_000 });
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome;
    throw error;
  }
}

export const leavesInboxRow = ({ kind }: Handled): boolean => kind === 'done' || kind === 'ignore';

function deliveryOf({ delivery, envelope, payload }: Work, transaction: SqlTransaction): Delivery {
  return { payload, envelope, message: delivery.message, origin: delivery.origin, transaction };
}

function checked(outcome: unknown): Outcome {
  if (isOutcome(outcome)) return outcome;
  throw new TypeError(`a handler must return an outcome, this one returned ${JSON.stringify(outcome)}`);
}

/** A handler that hangs has failed. Its transaction is rolled back, so what it still does has no effect. */
function withinTime<T>(running: Promise<T>, { subscription }: Pipeline): Promise<T> {
  const { handlerTimeoutMs } = subscription;
  return new Promise((resolve, reject) => {
    const expire = () => reject(new RetryableError(`the handler took longer than ${handlerTimeoutMs} ms`));
    const timer = setTimeout(expire, handlerTimeoutMs);
    void running.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
