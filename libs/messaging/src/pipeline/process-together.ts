import { classifyFailure } from '../messaging.errors.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { claim, isNew } from './claim.js';
import { handleIn, leavesInboxRow } from './handle.js';
import { lookAhead } from './look-ahead.js';
import { processAlone } from './process-alone.js';
import { report } from './report.js';
import { settle, type Settling } from './settle.js';
import { inTraceOf } from './trace.js';
import type { Pipeline, Work } from './work.js';

/** Too few to gain from a common transaction, and one less way to fail. */
const smallestBatch = 2;

/**
 * Runs the handlers of many messages in turn in one transaction: one commit for all. Whatever spoils it (an outcome
 * other than done or ignore, a throw, an SQL error) rolls all of it back, spends no attempt, and the messages run
 * again one by one in the order received; there each fails or succeeds for itself.
 */
export async function processTogether(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const distinct = new Set(works.map(({ envelope }) => envelope.id)).size === works.length;
  if (works.length < smallestBatch || !distinct) return oneByOne(works, pipeline);
  const startedAt = pipeline.clock.now();
  const verdicts = await inOneTransaction(works, pipeline);
  if (!verdicts) return oneByOne(works, pipeline);
  const elapsedMs = pipeline.clock.now() - startedAt;
  await Promise.all(
    works.map((work, index) => {
      report(verdicts[index]!, work, pipeline, elapsedMs / works.length);
      return settle(work.delivery, verdicts[index]!);
    }),
  );
}

async function oneByOne(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  for (const work of works) await processAlone(work, pipeline);
}

/** The verdicts in the order of the works, or nothing when the batch was rolled back. */
async function inOneTransaction(
  works: readonly Work[],
  pipeline: Pipeline,
): Promise<readonly Settling[] | undefined> {
  const { database, events, subscription } = pipeline;
  try {
    return await database.transaction((transaction) => handleInTurn(works, pipeline, transaction), {
      timeoutMs: subscription.handlerTimeoutMs + 5_000,
    });
  } catch (error) {
    const because = `${classifyFailure(error)}: ${String(error)}`;
    events.emit({ kind: 'batchSplit', subscription: subscription.name, size: works.length, because });
    return undefined;
  }
}

async function handleInTurn(
  works: readonly Work[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<Settling[]> {
  const claims = await claim(works, pipeline, transaction);
  const fresh = works.filter((work) => isNew(work, claims));
  await lookAhead(fresh, transaction);
  const verdicts: Settling[] = [];
  for (const work of works) {
    verdicts.push(
      isNew(work, claims) ? await handleOne(work, pipeline, transaction) : { kind: 'done', as: 'duplicate' },
    );
  }
  return verdicts;
}

async function handleOne(work: Work, pipeline: Pipeline, transaction: SqlTransaction): Promise<Settling> {
  const outcome = await inTraceOf(work, pipeline, () => handleIn(transaction, work, pipeline));
  if (!leavesInboxRow(outcome)) throw new Error(`${work.envelope.type} ${work.envelope.id}: ${outcome.kind}`);
  return { kind: 'done', as: outcome.kind as 'done' | 'ignore' };
}
