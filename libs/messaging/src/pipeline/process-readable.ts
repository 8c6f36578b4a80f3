import { persist } from './persist.js';
import { processAlone } from './process-alone.js';
import { processRedelivered } from './process-redelivered.js';
import { processTogether } from './process-together.js';
import type { Pipeline, Work } from './work.js';

/** Also for what comes out of the database, which has passed decode already. */
export async function processReadable(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const asEver = (some: readonly Work[]) => process(some, pipeline);
  const redelivered = pipeline.suspects && works.some(({ delivery }) => delivery.origin.redelivered);
  if (!redelivered) return asEver(works);
  const deliveries = works.map(({ delivery }) => delivery);
  await persist(deliveries, pipeline, () => processRedelivered(works, pipeline, asEver));
}

function process(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const [first, ...others] = works;
  if (!first) return Promise.resolve();
  return others.length === 0 ? processAlone(first, pipeline) : processTogether(works, pipeline);
}
