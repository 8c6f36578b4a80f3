import { tellClaimLost } from './claim-lost.js';
import { decide, type Verdict } from './decide.js';
import { InfrastructureError } from '../messaging.errors.js';
import type { RawDelivery } from '../broker.js';
import { ClaimLostError } from '../parking/parking.errors.js';
import type { Pipeline } from './work.js';

type Held = Pick<RawDelivery, 'current'>;

/**
 * Does what must be done about deliveries beside running their handlers, however often the database or broker fails
 * meanwhile; gives up only when they are no longer ours. Never rejects, and spends no attempt.
 */
export async function persist(
  deliveries: readonly Held[],
  pipeline: Pipeline,
  work: () => Promise<void>,
): Promise<void> {
  const { clock, events, released, subscription } = pipeline;
  for (let holds = 0; ours(deliveries, pipeline); holds++) {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof ClaimLostError) return tellClaimLost(thrown, pipeline);
      const error = new InfrastructureError(String(thrown), { cause: thrown });
      const hold = decide({ thrown: error }, { attempts: 0, holds }, pipeline) as Verdict & { kind: 'hold' };
      const { because, waitMs } = hold;
      events.emit({ kind: 'infrastructure', subscription: subscription.name, because, waitMs });
      await clock.wait(waitMs, released);
    }
  }
}

const ours = (deliveries: readonly Held[], { released }: Pipeline): boolean =>
  !released.aborted && deliveries.some(({ current }) => current);
