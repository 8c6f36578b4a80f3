import type { RawDelivery } from '../broker.js';
import { decode, isReadable, type Unreadable } from './decode.js';
import { decideUnreadable } from './decide.js';
import { processAlone } from './process-alone.js';
import { processTogether } from './process-together.js';
import { report } from './report.js';
import { settle, type Settling } from './settle.js';
import type { Pipeline, Work } from './work.js';

/**
 * The one way of every delivery on every broker. What is true if the process dies in a step:
 *
 * | step   | does                                             | if the process dies here                                |
 * |--------|--------------------------------------------------|---------------------------------------------------------|
 * | decode | bytes → envelope and payload                     | nothing happened; the broker delivers again             |
 * | trace  | opens a span under the message's own context     | the same                                                |
 * | route  | type → handler                                   | the same                                                |
 * | claim  | locks and inbox rows in the handlers' transaction | rolled back with it                                     |
 * | handle | the handler's writes and outbox rows             | rolled back; or committed with the inbox row            |
 * | decide | outcome or throw → verdict (pure)                | committed; the redelivery meets its inbox row           |
 * | settle | stored elsewhere with confirm, then acknowledged | a copy may exist; it meets the inbox row                |
 * | report | events for telemetry                             | a count is missing, no message                          |
 *
 * Proved by `process-deliveries.spec.ts`, and with SIGKILL by `apps/system-tests`. Resolves when every delivery is
 * settled or no longer ours; never rejects because of a message.
 */
export async function processDeliveries(
  deliveries: readonly RawDelivery[],
  pipeline: Pipeline,
): Promise<void> {
  if (pipeline.released.aborted) return;
  const decoded = deliveries.filter(({ current }) => current).map((delivery) => decode(delivery, pipeline));
  await Promise.all(decoded.filter(isUnreadable).map((unreadable) => setAside(unreadable, pipeline)));
  await process(decoded.filter(isReadable), pipeline);
}

function process(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const [first, ...others] = works;
  if (!first) return Promise.resolve();
  return others.length === 0 ? processAlone(first, pipeline) : processTogether(works, pipeline);
}

const isUnreadable = (decoded: Work | Unreadable): decoded is Unreadable => !isReadable(decoded);

function setAside(unreadable: Unreadable, pipeline: Pipeline): Promise<void> {
  const verdict = decideUnreadable(unreadable.error, pipeline) as Settling;
  report(verdict, unreadable, pipeline);
  return settle(unreadable.delivery, verdict);
}
