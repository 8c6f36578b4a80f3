import { noticeAbout, type DeliveryNotice } from '../delivery-notice.js';
import type { Failure } from '../broker.js';
import { originalOrigin } from '../failure-headers.js';
import { isLasting } from '../messaging.errors.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { inTraceFrom, traceHeaders } from '../trace-context.js';
import type { Verdict } from './decide.js';
import type { Handled } from './handled.js';
import type { Pipeline, Work } from './work.js';

type Subject = Pick<Work, 'delivery' | 'envelope'>;

/** A receipt for whoever asked for this run; nothing when nobody did. */
export function announceHandled(
  work: Work,
  handled: Handled,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<void> | undefined {
  const { operationId } = work.failed;
  if (!operationId) return undefined;
  const result = handled.kind === 'duplicate' ? 'no-op' : 'handled';
  const { traceparent } = traceHeaders();
  const receipt = { ...about(work, pipeline, traceparent), kind: 'receipt', operationId, result } as const;
  return announce([receipt], pipeline, transaction);
}

/** That a message did not go straight through, in the transaction that says so or in one of its own. */
export function noticesOf(verdict: Verdict, subject: Subject, pipeline: Pipeline): DeliveryNotice[] {
  if (pipeline.subscription.terminal) return [];
  switch (verdict.kind) {
    case 'retryLater':
    case 'park': {
      const { because, failed, dueAtMs } = verdict;
      const dueAt = new Date(dueAtMs).toISOString();
      const kind = verdict.kind === 'park' ? 'parked' : 'retried';
      const told = about(subject, pipeline, failed.lastAttempt);
      return [{ ...told, kind, because, attempts: failed.attempts, dueAt }];
    }
    case 'deadLetter':
      return deadLettered(verdict.failure, subject, pipeline);
    default:
      return [];
  }
}

/** All about one message, in the trace that the first names: what comes of it belongs to the order too. */
export async function announce(
  notices: readonly DeliveryNotice[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<void> {
  const [first] = notices;
  if (first) await inTraceFrom(traceOf(first), async () => pipeline.announce?.(notices, transaction));
}

const traceOf = ({ traceparent }: DeliveryNotice): Record<string, string> =>
  traceparent ? { traceparent } : {};

/** For what is stored at the broker, not in the database. */
export async function announceAlone(notices: readonly DeliveryNotice[], pipeline: Pipeline): Promise<void> {
  if (notices.length === 0 || !pipeline.announce) return;
  await announceWith(notices, pipeline, async () => true);
}

/**
 * Told in the transaction that stores it, where `store` says that there is something to tell. What can never be told (its
 * contract refuses it, say) must not keep a message from its place for ever: then it is stored untold.
 */
export async function announceWith(
  notices: readonly DeliveryNotice[],
  pipeline: Pipeline,
  store: (transaction: SqlTransaction) => Promise<boolean>,
): Promise<void> {
  const { database, events, subscription } = pipeline;
  try {
    await database.transaction(async (transaction) => {
      if (await store(transaction)) await announce(notices, pipeline, transaction);
    });
  } catch (error) {
    if (notices.length === 0 || !isLasting(error)) throw error;
    await database.transaction(store);
    const because = `not told: ${String(error)}`;
    events.emit({ kind: 'infrastructure', subscription: subscription.name, because, waitMs: 0 });
  }
}

function deadLettered(failure: Failure, subject: Subject, pipeline: Pipeline): DeliveryNotice[] {
  const { because, attempts, operationId, lastAttempt } = failure;
  const told = about(subject, pipeline, lastAttempt);
  const notice: DeliveryNotice = { ...told, kind: 'dead-lettered', because, attempts };
  if (!operationId) return [notice];
  return [notice, { ...told, kind: 'receipt', operationId, result: 'failed again', because }];
}

function about({ envelope, delivery }: Subject, { subscription, clock }: Pipeline, attempt?: string) {
  const origin = originalOrigin(delivery.origin, delivery.message.headers);
  const traceparent = attempt ?? envelope.traceparent;
  const traced = traceparent ? { ...envelope, traceparent } : envelope;
  return noticeAbout(traced, origin, subscription.name, clock.now());
}
