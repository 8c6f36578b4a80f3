import type { RawDelivery } from '../broker.js';
import { carryOut } from '../operations/carry-out.js';
import { decideUnreadable } from './decide.js';
import { decode, isReadable, type Unreadable } from './decode.js';
import { persist } from './persist.js';
import { processAlone } from './process-alone.js';
import { processAtMostOnce } from './process-at-most-once.js';
import { processRedelivered } from './process-redelivered.js';
import { processTogether } from './process-together.js';
import { report } from './report.js';
import { settle, type Settling } from './settle.js';
import type { Pipeline, Work } from './work.js';

/**
 * The one way of every delivery on every broker. What is true if the process dies in a step:
 *
 * | step     | does                                                   | if the process dies here                                     | proved by                              |
 * |----------|--------------------------------------------------------|--------------------------------------------------------------|----------------------------------------|
 * | decode   | bytes → envelope and payload                           | nothing happened; the broker delivers again                  | `process-deliveries.spec.ts`           |
 * | trace    | opens a span under the message's own context           | the same                                                     | the same                               |
 * | route    | type → handler                                         | the same                                                     | the same                               |
 * | claim    | locks; behind a waiting key parked, else claimed       | rolled back with the handlers' transaction; a lease runs out | `parking`, `lease-holders` *           |
 * | handle   | the handler's writes and outbox rows; leases confirmed | rolled back; or committed with the inbox row                 | `apps/system-tests`, `lease-holders` * |
 * | complete | a leasing store remembers, however often it is asked   | committed; when the lease has run out it is handled again    | `redis-away`, `lease-holders` *        |
 * | decide   | outcome or throw → verdict (pure)                      | committed; the redelivery meets its claim                    | `process-deliveries.spec.ts`           |
 * | settle   | stored elsewhere with confirm, then acknowledged       | a copy may exist; it meets the claim                         | the conformance suite                  |
 * | report   | events for telemetry                                   | a count is missing, no message                               | `process-deliveries.spec.ts`           |
 *
 * (*) in `libs/idempotency/src/deliveries`. `complete` is there only for stores outside the database (`LeasingStore`).
 *
 * What a subscription wants at most once goes by `process-at-most-once` instead, which settles first and keeps nothing.
 *
 * Resolves when every delivery is settled or no longer ours; never rejects because of a message.
 */
export async function processDeliveries(
  deliveries: readonly RawDelivery[],
  pipeline: Pipeline,
): Promise<void> {
  if (pipeline.subscription.guarantee === 'at-most-once') return processAtMostOnce(deliveries, pipeline);
  if (pipeline.released.aborted) return;
  const current = deliveries.filter((delivery) => delivery.current);
  for (const control of current.filter(isControl)) await carryOut(control, pipeline);
  const decoded = current
    .filter((delivery) => !isControl(delivery))
    .map((delivery) => decode(delivery, pipeline));
  await Promise.all(decoded.filter(isUnreadable).map((unreadable) => setAside(unreadable, pipeline)));
  await processReadable(decoded.filter(isReadable), pipeline);
}

/** Also for what comes out of the database, which has passed decode already. */
export async function processReadable(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const asEver = (some: readonly Work[]) => process(some, pipeline);
  const redelivered = pipeline.suspects && works.some(({ delivery }) => delivery.origin.redelivered);
  if (!redelivered) return asEver(works);
  const deliveries = works.map(({ delivery }) => delivery);
  await persist(deliveries, pipeline, () => processRedelivered(works, pipeline, asEver));
}

/** Keeps its bytes; one whose envelope can be read also stops its key, as any dead message does. */
export async function setAside(unreadable: Unreadable, pipeline: Pipeline): Promise<void> {
  const verdict = decideUnreadable(unreadable.error, unreadable.failed, pipeline);
  report(verdict, unreadable, pipeline);
  if (verdict.kind === 'hold') return pipeline.clock.wait(verdict.waitMs, pipeline.released);
  await persist([unreadable.delivery], pipeline, () => settle(unreadable, verdict as Settling, pipeline));
}

function process(works: readonly Work[], pipeline: Pipeline): Promise<void> {
  const [first, ...others] = works;
  if (!first) return Promise.resolve();
  return others.length === 0 ? processAlone(first, pipeline) : processTogether(works, pipeline);
}

const isControl = ({ origin }: RawDelivery): boolean => origin.via === 'inlet';

const isUnreadable = (decoded: Work | Unreadable): decoded is Unreadable => !isReadable(decoded);
