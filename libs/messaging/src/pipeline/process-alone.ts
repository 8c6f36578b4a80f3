import { decide, noFailedRuns, type FailedRuns, type Run, type Verdict } from './decide.js';
import { handleAlone } from './handle.js';
import { report } from './report.js';
import { settle } from './settle.js';
import { inTraceOf } from './trace.js';
import type { Pipeline, Work } from './work.js';

/**
 * Runs one message until it is settled, or until it is no longer ours: its partition or connection is gone, or the
 * drain's time is up. Then it is left unsettled and the broker hands it out again.
 */
export async function processAlone(work: Work, pipeline: Pipeline): Promise<void> {
  let failed = noFailedRuns;
  while (work.delivery.current && !pipeline.released.aborted) {
    const verdict = await runOnce(work, failed, pipeline);
    if (verdict.kind !== 'runAgain' && verdict.kind !== 'hold') return settle(work.delivery, verdict);
    failed = verdict.failed;
    await pipeline.clock.wait(verdict.waitMs, pipeline.released);
  }
}

async function runOnce(work: Work, failed: FailedRuns, pipeline: Pipeline): Promise<Verdict> {
  const startedAt = pipeline.clock.now();
  const verdict = decide(await run(work, pipeline), failed, pipeline);
  report(verdict, work, pipeline, pipeline.clock.now() - startedAt);
  return verdict;
}

function run(work: Work, pipeline: Pipeline): Promise<Run> {
  return inTraceOf(work, pipeline, () => handleAlone(work, pipeline)).then(
    (handled) => ({ handled }),
    (thrown: unknown) => ({ thrown }),
  );
}
