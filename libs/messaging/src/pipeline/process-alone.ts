import { InfrastructureError, isLasting, NoRetryError } from '../messaging.errors.js';
import { ClaimLostError } from '../parking/parking.errors.js';
import { runGate } from '../suspects/run-gate.js';
import { type FailedRuns } from '../failed-runs.js';
import { tellClaimLost } from './claim-lost.js';
import { decide, decideUnreadable, saidBy, type Run, type Verdict } from './decide.js';
import { handleAlone } from './handle.js';
import { report } from './report.js';
import { sayable } from './sayable.js';
import { settle, type Settling } from './settle.js';
import { Attempt } from './trace.js';
import { withoutPersonal } from './without-personal.js';
import type { Pipeline, Work } from './work.js';

/**
 * Runs one message until it is settled, or until it is no longer ours: its partition or connection is gone, or the
 * drain's time is up. Then it is left unsettled and the broker hands it out again; a parked head is run by whoever has its
 * claim. While the breaker is open it waits here, unsettled and uncounted.
 */
export async function processAlone(work: Work, pipeline: Pipeline): Promise<void> {
  try {
    await runUntilSettled(work, pipeline);
  } catch (error) {
    if (!(error instanceof ClaimLostError)) throw error;
    tellClaimLost(error, pipeline);
  }
}

async function runUntilSettled(work: Work, pipeline: Pipeline): Promise<void> {
  let { failed } = work;
  while (isOurs(work, pipeline)) {
    await pipeline.breaker.passage(pipeline.released);
    if (!isOurs(work, pipeline)) return;
    const { verdict, seen } = await runOnce(work, failed, pipeline);
    const ended = verdict.kind === 'hold' ? verdict : await settled(work, verdict, seen, pipeline);
    if (!ended) return;
    failed = ended.failed;
    await pipeline.clock.wait(ended.waitMs, pipeline.released);
  }
}

type Hold = Extract<Verdict, { kind: 'hold' }>;

const isOurs = ({ delivery }: Work, { released }: Pipeline): boolean => delivery.current && !released.aborted;

/**
 * Nothing once it is settled. A database that fails while a verdict is written costs nothing either: the message runs
 * again, or is found handled.
 */
async function settled(
  work: Work,
  verdict: Settling,
  failed: FailedRuns,
  pipeline: Pipeline,
): Promise<Hold | undefined> {
  try {
    await settle(work, verdict, pipeline);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ClaimLostError) throw thrown;
    if (verdict.kind === 'retryLater' && isLasting(thrown))
      return settled(work, unretryable(verdict, thrown, work, pipeline), verdict.failed, pipeline);
    const unwritten = new InfrastructureError(`not settled: ${String(thrown)}`, { cause: thrown });
    const hold = withoutPersonal(decide({ thrown: unwritten }, failed, pipeline), work, pipeline) as Hold;
    report(hold, work, pipeline);
    return hold;
  }
}

/** Its retry address would refuse it for ever. */
function unretryable(
  { because, failed }: Extract<Verdict, { kind: 'retryLater' }>,
  cause: unknown,
  work: Work,
  pipeline: Pipeline,
): Settling {
  const decided = decideUnreadable(new NoRetryError(because, { cause }), failed, pipeline);
  const verdict = withoutPersonal(decided, work, pipeline) as Settling;
  report(verdict, work, pipeline);
  return verdict;
}

/** A verdict, and what is known of the message's runs without it. */
interface Judged {
  readonly verdict: Verdict;
  readonly seen: FailedRuns;
}

async function runOnce(work: Work, failed: FailedRuns, pipeline: Pipeline): Promise<Judged> {
  const startedAt = pipeline.clock.now();
  const attempt = new Attempt(work, failed, pipeline);
  const ran = await run(work, attempt, pipeline);
  const seen = attempt.ended(ran, failed);
  const said = saidBy(ran);
  // Ended after the breaker opened: not counted, and it stays in hand.
  if (pipeline.breaker.isOpen && said === 'failed')
    return { verdict: { kind: 'hold', waitMs: 0, because: 'the flood breaker is open', failed: seen }, seen };
  const verdict = withoutPersonal(decide(ran, seen, pipeline), work, pipeline);
  pipeline.breaker.record(said, 'because' in verdict ? verdict.because : '');
  if ('thrown' in ran && ran.thrown instanceof ClaimLostError) throw ran.thrown;
  report(verdict, work, pipeline, pipeline.clock.now() - startedAt);
  return { verdict, seen };
}

function run(work: Work, attempt: Attempt, pipeline: Pipeline): Promise<Run> {
  const handle = () => attempt.within(() => handleAlone(work, pipeline));
  const running = work.suspect
    ? pipeline.suspects!.alone(work.envelope.id, work.suspect.deaths, handle)
    : runGate.beside(handle);
  return running.then(
    (handled) => ({ handled }),
    (thrown: unknown) => ({ thrown: sayable(thrown) }),
  );
}
