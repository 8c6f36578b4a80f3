import { addresses, deliveryNotices } from '@waybill/contracts';
import { routesTo, type OutboxRoutes } from '@waybill/outbox';

/** This service announces nothing but what became of its deliveries. */
export const outboxRoutes: OutboxRoutes = routesTo(
  { broker: 'kafka', address: addresses.deliveries },
  Object.values(deliveryNotices),
);
