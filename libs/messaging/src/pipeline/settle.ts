import type { RawDelivery } from '../broker.js';
import { failureHeaders, firstAttemptOf, originalOrigin, retryHeaders } from '../failure-headers.js';
import type { Envelope } from '../message.js';
import { lockNames } from '../lock-names.js';
import type { HeadClaim, Kept, KeyStates } from '../parking/key-states.js';
import { keyLock, parkingKey, type Parkable } from '../parking/parkable.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { announceAlone, announceWith, noticesOf } from './announce.js';
import { claimOf, parkableOf } from './claim.js';
import type { Verdict } from './decide.js';
import type { Pipeline, Work } from './work.js';

export type Settling = Exclude<Verdict, { kind: 'hold' }>;

/** What settling needs of a delivery; one that could not be read may lack its envelope. */
export interface Settled {
  readonly delivery: RawDelivery;
  readonly envelope?: Envelope;
  readonly head?: Work['head'];
}

/**
 * Tells the broker, last of all. Dying before it: the message comes again and meets its inbox row, or itself among the
 * parked. A retry or a dead letter is stored elsewhere with confirm first; dying between the two leaves a copy, never a
 * gap. What belongs to the database is written before the broker is told, for the same reason.
 */
export function settle(settled: Settled, verdict: Settling, pipeline: Pipeline): Promise<void> {
  return verdict.kind === 'done' ? settled.delivery.done() : settleStored(settled, verdict, pipeline);
}

async function settleStored(
  settled: Settled,
  verdict: Exclude<Settling, { kind: 'done' }>,
  pipeline: Pipeline,
): Promise<void> {
  if (await storedElsewhere(settled, verdict, pipeline)) await settled.delivery.done();
}

async function storedElsewhere(
  settled: Settled,
  verdict: Exclude<Settling, { kind: 'done' }>,
  pipeline: Pipeline,
): Promise<boolean> {
  switch (verdict.kind) {
    case 'retryLater':
      return retried(settled, verdict, pipeline);
    case 'park':
      await keepAtHead(settled, { ...verdict, state: 'waiting' }, verdict, pipeline);
      return true;
    case 'deadLetter':
      return setAside(settled, verdict, pipeline);
  }
}

async function retried(
  settled: Settled,
  verdict: Settling & { kind: 'retryLater' },
  pipeline: Pipeline,
): Promise<boolean> {
  const { delivery, envelope } = settled;
  if (envelope) await announceAlone(noticesOf(verdict, { delivery, envelope }, pipeline), pipeline);
  const origin = originalOrigin(delivery.origin, delivery.message.headers);
  return delivery.retryLater(verdict.delayMs, retryHeaders(verdict.failed, origin, verdict.dueAtMs));
}

/** The copy among the dead letters comes first: a head that is dead and nowhere to be found could never be replayed. */
async function setAside(
  settled: Settled,
  verdict: Settling & { kind: 'deadLetter' },
  pipeline: Pipeline,
): Promise<boolean> {
  const { delivery, envelope } = settled;
  const { failure } = verdict;
  const origin = originalOrigin(delivery.origin, delivery.message.headers);
  const stored = await delivery.deadLetter(failureHeaders(failure, origin, pipeline.subscription.name));
  if (!stored || !envelope) return stored;
  if (!stopsItsKey(settled, pipeline)) {
    await announceAlone(noticesOf(verdict, { delivery, envelope }, pipeline), pipeline);
    return true;
  }
  const failed = { ...failure, holds: 0 };
  await keepAtHead(
    settled,
    { state: 'dead', dueAtMs: pipeline.clock.now(), because: failure.because, failed },
    verdict,
    pipeline,
  );
  return true;
}

/** PostgreSQL has no NUL in texts; a key with one cannot be followed. */
function stopsItsKey({ delivery }: Settled, { keys }: Pipeline): boolean {
  return keys !== undefined && !delivery.message.key.includes('\0');
}

/** The message stays first of its key, waiting or dead, or begins to. A copy that is known elsewhere changes nothing. */
async function keepAtHead(
  { delivery, envelope, head }: Settled,
  kept: Kept,
  verdict: Verdict,
  pipeline: Pipeline,
): Promise<void> {
  const keys = pipeline.keys!;
  const subject = { delivery, envelope: envelope! };
  const parkable = rememberingFirstAttempt(parkableOf(subject), kept);
  const key = parkingKey(parkable);
  await announceWith(noticesOf(verdict, subject, pipeline), pipeline, async (transaction) => {
    await lockNames([keyLock(pipeline.subscription.name, key)], transaction);
    if (head) await keepHead(head, parkable, kept, keys, transaction);
    else if (await isKnown(subject, pipeline, transaction)) return false;
    else if ((await keys.waiting([key], transaction)).size > 0) await keys.park([parkable], transaction);
    else await keys.begin(parkable, kept, transaction);
    return true;
  });
}

async function keepHead(
  head: HeadClaim,
  { message }: Parkable,
  kept: Kept,
  keys: KeyStates,
  transaction: SqlTransaction,
): Promise<void> {
  await keys.keep(head, kept, transaction);
  if (kept.failed.firstAttempt) await keys.note(head, message.headers, transaction);
}

/** A run of it out of the database is linked to the first, as one out of a retry address is. */
function rememberingFirstAttempt(parkable: Parkable, { failed }: Kept): Parkable {
  const { message } = parkable;
  return { ...parkable, message: { ...message, headers: { ...message.headers, ...firstAttemptOf(failed) } } };
}

/** Another copy was handled while this one failed. */
async function isKnown(
  subject: Pick<Work, 'delivery' | 'envelope'>,
  { inbox, subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<boolean> {
  const known = await inbox.known(subscription.name, [claimOf(subject)], transaction);
  return known.get(subject.envelope.id) === 'duplicate';
}
