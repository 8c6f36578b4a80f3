import type { RawDelivery } from '../broker.js';
import { carryOut } from '../operations/carry-out.js';
import { decode, isReadable, type Unreadable } from './decode.js';
import { processAtMostOnce } from './process-at-most-once.js';
import { processReadable } from './process-readable.js';
import { setAside } from './set-aside.js';
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

const isControl = ({ origin }: RawDelivery): boolean => origin.via === 'inlet';

const isUnreadable = (decoded: Work | Unreadable): decoded is Unreadable => !isReadable(decoded);
