import { deadlyDeaths, KillsProcessError } from '../suspects/suspects.js';
import { decideUnreadable } from './decide.js';
import { processAlone } from './process-alone.js';
import { report } from './report.js';
import { settle, type Settling } from './settle.js';
import type { Pipeline, Work } from './work.js';

/**
 * Deliveries among which are some that came before: a message that killed the process is one of them. With suspects
 * present all run one by one in the order received, each suspect with nothing beside it; without, as ever.
 */
export async function processRedelivered(
  works: readonly Work[],
  pipeline: Pipeline,
  asEver: (works: readonly Work[]) => Promise<void>,
): Promise<void> {
  const suspects = pipeline.suspects!;
  const again = works
    .filter(({ delivery }) => delivery.origin.redelivered)
    .map(({ envelope }) => envelope.id);
  const suspected = await suspects.among(again, pipeline.released);
  if (suspected.size === 0) return suspects.inHand(again, () => asEver(works));
  for (const work of works) {
    const deaths = suspected.get(work.envelope.id);
    if (deaths === undefined) await suspects.inHand([work.envelope.id], () => processAlone(work, pipeline));
    else if (deaths < deadlyDeaths) await processAlone({ ...work, suspect: { deaths } }, pipeline);
    else await setAside(work, deaths, pipeline);
  }
}

/** Without a run: it would be the next death. */
async function setAside(work: Work, deaths: number, pipeline: Pipeline): Promise<void> {
  const verdict = decideUnreadable(new KillsProcessError(deaths), work.failed, pipeline) as Settling;
  report(verdict, work, pipeline);
  await settle(work, verdict, pipeline);
}
