import { classifyFailure } from '../messaging.errors.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { runGate } from '../suspects/run-gate.js';
import { announceHandled } from './announce.js';
import { Attempts } from './attempts.js';
import { claim, isNew, type Standing } from './claim.js';
import { handleIn } from './handle.js';
import { leavesInboxRow } from './handled.js';
import { lookAhead } from './look-ahead.js';
import { processAlone } from './process-alone.js';
import { report } from './report.js';
import { sayable } from './sayable.js';
import { endingItsClaims, type RunClaims } from './run-claims.js';
import { settle } from './settle.js';
import { parked, type Verdict } from './decide.js';
import { clearing } from './without-personal.js';
import type { Pipeline, Work } from './work.js';

/** Too few to gain from a common transaction, and one less way to fail. */
const smallestBatch = 2;

type Done = Extract<Verdict, { kind: 'done' }>;

/**
 * Runs the handlers of many messages in turn in one transaction: one commit for all. Whatever spoils it (an outcome
 * other than done or ignore, a throw, an SQL error) rolls all of it back, spends no attempt, and the messages run
 * again one by one in the order received; there each fails or succeeds for itself.
 */
export async function processTogether(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const distinct = new Set(works.map(({ envelope }) => envelope.id)).size === works.length;
  const calm = pipeline.breaker.status.state === 'closed';
  if (works.length < smallestBatch || !distinct || !calm) return oneByOne(works, pipeline);
  const startedAt = pipeline.clock.now();
  const verdicts = await inOneTransaction(works, pipeline);
  if (!verdicts) return oneByOne(works, pipeline);
  const elapsedMs = pipeline.clock.now() - startedAt;
  pipeline.breaker.record('succeeded', '', works.length);
  await Promise.all(
    works.map((work, index) => {
      report(verdicts[index]!, work, pipeline, elapsedMs / works.length);
      return settle(work, verdicts[index]!, pipeline);
    }),
  );
}

export async function oneByOne(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  for (const work of works) await processAlone(work, pipeline);
}

/** The verdicts in the order of the works, or nothing when the batch was rolled back. */
async function inOneTransaction(
  works: readonly Work[],
  pipeline: Pipeline,
): Promise<readonly Done[] | undefined> {
  const { database, events, subscription } = pipeline;
  const timeoutMs = subscription.handlerTimeoutMs + 5_000;
  const attempts = new Attempts(pipeline);
  const run = (claims: RunClaims) =>
    database.transaction((transaction) => handleInTurn(works, attempts, claims, transaction), { timeoutMs });
  try {
    const verdicts = await runGate.beside(() => endingItsClaims(pipeline, run));
    works.forEach((work, index) => attempts.committed(work, verdicts[index]!.as));
    return verdicts;
  } catch (error) {
    attempts.rolledBack([]);
    const because = clearing(works, pipeline)(`${classifyFailure(error)}: ${String(sayable(error))}`);
    events.emit({ kind: 'batchSplit', subscription: subscription.name, size: works.length, because });
    return undefined;
  }
}

async function handleInTurn(
  works: readonly Work[],
  attempts: Attempts,
  claims: RunClaims,
  transaction: SqlTransaction,
): Promise<Done[]> {
  const { pipeline } = claims;
  const standings = await claim(works, claims, transaction);
  await lookAhead(
    works.filter((work) => isNew(work, standings)),
    transaction,
  );
  const verdicts: Done[] = [];
  for (const work of works) {
    const verdict = isNew(work, standings)
      ? attempts.run(work, () => handleOne(work, pipeline, transaction))
      : metBefore(work, standings.get(work.envelope.id), pipeline, transaction);
    verdicts.push(await verdict);
  }
  return verdicts;
}

async function handleOne(work: Work, pipeline: Pipeline, transaction: SqlTransaction): Promise<Done> {
  const outcome = await handleIn(transaction, work, pipeline);
  if (!leavesInboxRow(outcome)) throw new Error(`${work.envelope.type} ${work.envelope.id}: ${outcome.kind}`);
  await announceHandled(work, outcome, pipeline, transaction);
  return { kind: 'done', as: outcome.kind as 'done' | 'ignore' };
}

async function metBefore(
  work: Work,
  standing: Standing | undefined,
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<Done> {
  if (typeof standing === 'object') return parked(standing);
  if (standing !== 'duplicate') throw new Error(`${work.envelope.type} ${work.envelope.id}: ${standing}`);
  await announceHandled(work, { kind: 'duplicate' }, pipeline, transaction);
  return { kind: 'done', as: 'duplicate' };
}
