import type { Broker } from '@waybill/messaging';
import type { Health } from './health.js';

/** Shows each broker's state under its name; it decides nothing, since the outbox takes what a broker cannot. */
export function reportBrokers(brokers: readonly Broker[], health: Health): void {
  for (const broker of brokers) health.report(broker.name, () => broker.health());
}
