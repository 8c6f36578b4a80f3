import type { RunnerStatus } from '@waybill/messaging';
import { showSubscriptions } from '@waybill/telemetry';
import type { Health } from './health.js';

type Statuses = Readonly<Record<string, RunnerStatus>>;

/**
 * Shows how each subscription stands, in health answers and metrics, and turns `/health/live` red while one is wedged: its handler holds on to a delivery
 * beyond every limit, which only the process's end can undo. A database or broker that is away wedges nothing.
 */
export function watchDeliveries(status: () => Statuses, health: Health): void {
  health.report('subscriptions', status);
  showSubscriptions(status);
  health.aliveWhile('deliveries', async () => {
    const wedged = Object.entries(status()).filter(([, subscription]) => subscription.wedged);
    if (wedged.length > 0)
      throw new Error(wedged.map(([name, subscription]) => `${name}: ${subscription.wedged}`).join('; '));
  });
}
