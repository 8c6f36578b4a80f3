import {
  addresses,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentUnknown,
} from '@waybill/contracts';
import type { OutboxRoutes } from '@waybill/outbox';

const toPaymentsTopic = () => [{ broker: 'kafka', address: addresses.payments }];

/** Where this service's messages go. */
export const outboxRoutes: OutboxRoutes = {
  [PaymentCaptured.type]: toPaymentsTopic,
  [PaymentDeclined.type]: toPaymentsTopic,
  [PaymentCancelled.type]: toPaymentsTopic,
  [PaymentUnknown.type]: toPaymentsTopic,
};
