import {
  addresses,
  deliveryNotices,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentUnknown,
} from '@waybill/contracts';
import { routesTo, type OutboxRoutes } from '@waybill/outbox';

/** Where this service's messages go. */
export const outboxRoutes: OutboxRoutes = {
  ...routesTo({ broker: 'kafka', address: addresses.payments }, [
    PaymentCaptured,
    PaymentDeclined,
    PaymentCancelled,
    PaymentUnknown,
    PaymentRefunded,
  ]),
  ...routesTo({ broker: 'kafka', address: addresses.deliveries }, Object.values(deliveryNotices)),
};
