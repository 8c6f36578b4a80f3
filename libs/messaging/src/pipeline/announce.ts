import { noticeAbout, type DeliveryNotice } from '../delivery-notice.js';
import type { Failure } from '../broker.js';
import { originalOrigin } from '../failure-headers.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Verdict } from './decide.js';
import type { Handled } from './handled.js';
import type { Pipeline, Work } from './work.js';

type Subject = Pick<Work, 'delivery' | 'envelope'>;

/** A receipt for whoever asked for this run; nothing when nobody did. */
export async function announceHandled(
  work: Work,
  handled: Handled,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<void> {
  const { operationId } = work.failed;
  if (!operationId) return;
  const result = handled.kind === 'duplicate' ? 'no-op' : 'handled';
  await announce([{ ...about(work, pipeline), kind: 'receipt', operationId, result }], pipeline, transaction);
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
      return [{ ...about(subject, pipeline), kind, because, attempts: failed.attempts, dueAt }];
    }
    case 'deadLetter':
      return deadLettered(verdict.failure, subject, pipeline);
    default:
      return [];
  }
}

export async function announce(
  notices: readonly DeliveryNotice[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<void> {
  if (notices.length > 0) await pipeline.announce?.(notices, transaction);
}

/** For what is stored at the broker, not in the database. */
export async function announceAlone(notices: readonly DeliveryNotice[], pipeline: Pipeline): Promise<void> {
  if (notices.length === 0 || !pipeline.announce) return;
  await pipeline.database.transaction((transaction) => announce(notices, pipeline, transaction));
}

function deadLettered(failure: Failure, subject: Subject, pipeline: Pipeline): DeliveryNotice[] {
  const { because, attempts, operationId } = failure;
  const notice: DeliveryNotice = { ...about(subject, pipeline), kind: 'dead-lettered', because, attempts };
  if (!operationId) return [notice];
  return [
    notice,
    { ...about(subject, pipeline), kind: 'receipt', operationId, result: 'failed again', because },
  ];
}

export function about({ envelope, delivery }: Subject, { subscription, clock }: Pipeline) {
  const origin = originalOrigin(delivery.origin, delivery.message.headers);
  return noticeAbout(envelope, origin, subscription.name, clock.now());
}
