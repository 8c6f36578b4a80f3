import type { CallsOutside, Delivery, MessageHandler } from '../handler.js';
import { callsOutside } from '../handler.js';
import { RetryableError } from '../messaging.errors.js';
import { isOutcome, type Outcome } from '../outcome.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { claim, isNew } from './claim.js';
import type { Pipeline, Work } from './work.js';

/** What one run of a handler came to; a duplicate was not run at all. */
export type Handled = Outcome | { readonly kind: 'duplicate' };

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
  return callsOutside(work.handler)
    ? handleOutside(work, work.handler as CallsOutside, pipeline)
    : handleInside(work, pipeline);
}

/** An outcome that is not a success must leave nothing behind: the throw rolls the transaction back. */
class RolledBack extends Error {
  constructor(readonly outcome: Outcome) {
    super('rolled back by the outcome');
  }
}

async function handleInside(work: Work, pipeline: Pipeline): Promise<Handled> {
  return committed(pipeline, async (transaction) => {
    if (!isNew(work, await claim([work], pipeline, transaction))) return { kind: 'duplicate' };
    const outcome = await handleIn(transaction, work, pipeline);
    if (!leavesInboxRow(outcome)) throw new RolledBack(outcome);
    return outcome;
  });
}

/**
 * Intent, call, result. Dying before the first commit: nothing happened. Between the commits: the lease runs out and
 * the same key is asked again. After the second: the redelivery is a duplicate.
 */
async function handleOutside(work: Work, handler: CallsOutside, pipeline: Pipeline): Promise<Handled> {
  const prepared = await committed(pipeline, async (transaction) => {
    const answer = await handler.prepare(deliveryOf(work, transaction));
    if ('call' in answer || !leavesInboxRow(checked(answer))) return answer;
    return isNew(work, await claim([work], pipeline, transaction)) ? answer : { kind: 'duplicate' as const };
  });
  if (!('call' in prepared)) return prepared;
  const result = await withinTime(handler.call(prepared.call), pipeline);
  return committed(pipeline, async (transaction) => {
    const outcome = checked(await handler.conclude(prepared.call, result, deliveryOf(work, transaction)));
    if (!leavesInboxRow(outcome)) return outcome;
    return isNew(work, await claim([work], pipeline, transaction)) ? outcome : { kind: 'duplicate' };
  });
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

export const leavesInboxRow = ({ kind }: Outcome): boolean => kind === 'done' || kind === 'ignore';

function deliveryOf({ delivery, envelope, payload }: Work, transaction: SqlTransaction): Delivery {
  return { payload, envelope, message: delivery.message, origin: delivery.origin, transaction };
}

function checked(outcome: unknown): Outcome {
  if (isOutcome(outcome)) return outcome;
  throw new TypeError(`a handler must return an outcome, this one returned ${JSON.stringify(outcome)}`);
}

/** A handler that hangs has failed. Its transaction is rolled back, so what it still does has no effect. */
async function withinTime<T>(running: Promise<T>, { subscription }: Pipeline): Promise<T> {
  const { handlerTimeoutMs } = subscription;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RetryableError(`the handler took longer than ${handlerTimeoutMs} ms`)),
      handlerTimeoutMs,
    );
  });
  return Promise.race([running, expired]).finally(() => clearTimeout(timer));
}
