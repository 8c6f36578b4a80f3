import type { CallsOutside, Delivery, MessageHandler } from '../handler.js';
import { callsOutside } from '../handler.js';
import { leases } from '../idempotency-store.js';
import { RetryableError } from '../messaging.errors.js';
import { isOutcome, retryLater, type Outcome } from '../outcome.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { announceHandled } from './announce.js';
import { claim, isNew, lookAt } from './claim.js';
import { leavesInboxRow, type Handled } from './handled.js';
import { endingItsClaims, type RunClaims } from './run-claims.js';
import type { Pipeline, Work } from './work.js';

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
export function handleAlone(work: Work, pipeline: Pipeline): Promise<Handled> {
  const run = (claims: RunClaims) =>
    callsOutside(work.handler)
      ? handleOutside(work, work.handler as CallsOutside, claims)
      : handleInside(work, claims);
  return endingItsClaims(pipeline, run, leavesInboxRow);
}

/** An outcome that is not a success must leave nothing behind: the throw rolls the transaction back. */
class RolledBack extends Error {
  constructor(readonly outcome: Outcome) {
    super('rolled back by the outcome');
  }
}

async function handleInside(work: Work, claims: RunClaims): Promise<Handled> {
  const { pipeline } = claims;
  return committed(pipeline, async (transaction) => {
    const met = await meet(work, claims, transaction, claim);
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
async function handleOutside(work: Work, handler: CallsOutside, claims: RunClaims): Promise<Handled> {
  const { pipeline } = claims;
  const look = leases(pipeline.inbox) ? claim : lookAt;
  const prepared = await committed(pipeline, async (transaction) => {
    const met = await meet(work, claims, transaction, look);
    if (met) return met;
    const answer = await handler.prepare(deliveryOf(work, transaction));
    if ('call' in answer || !leavesInboxRow(checked(answer))) return answer;
    return conclude(work, answer, claims, transaction);
  });
  if (!('call' in prepared)) return prepared;
  const result = await withinTime(handler.call(prepared.call), pipeline);
  return committed(pipeline, async (transaction) => {
    const outcome = checked(await handler.conclude(prepared.call, result, deliveryOf(work, transaction)));
    return leavesInboxRow(outcome) ? conclude(work, outcome, claims, transaction) : outcome;
  });
}

/**
 * The inbox row beside what the call came to, where the claim was not taken before. A copy that was quicker has left the
 * same.
 */
async function conclude(
  work: Work,
  outcome: Outcome,
  claims: RunClaims,
  transaction: SqlTransaction,
): Promise<Handled> {
  const { pipeline } = claims;
  if (leases(pipeline.inbox)) claims.confirmBeforeCommit(transaction);
  else {
    const met = await meet(work, claims, transaction, claim);
    if (met) return met;
  }
  return finish(work, outcome, pipeline, transaction);
}

/** Nothing when the message is to be handled; else what it comes to without its handler. */
async function meet(
  work: Work,
  claims: RunClaims,
  transaction: SqlTransaction,
  look: typeof claim,
): Promise<Handled | undefined> {
  const standings = await look([work], claims, transaction);
  if (isNew(work, standings)) return undefined;
  const standing = standings.get(work.envelope.id);
  if (standing === 'busy') return retryLater({ because: 'handled elsewhere just now', spendsAttempt: false });
  if (typeof standing === 'object') return standing;
  if (standing === 'passed') return { kind: 'duplicate' };
  return finish(work, { kind: 'duplicate' }, claims.pipeline, transaction);
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
    const inTime =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        clearTimeout(timer);
        settle(value);
      };
    running.then(inTime(resolve), inTime(reject));
  });
}
