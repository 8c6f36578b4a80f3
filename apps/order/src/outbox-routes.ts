import {
  addresses,
  CancelPayment,
  deliveryNotices,
  ExpireOrder,
  NotificationRequested,
  OrderConfirmed,
  OrderCreated,
  OrderExpired,
  OrderRefunded,
  OrderRejected,
  PaymentRequested,
  RefundPayment,
} from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';
import { routesTo, type Destination, type NewMessage, type OutboxRoutes } from '@waybill/outbox';

const expressPriority = 9;

/** Order events travel on both rails, so that one can be checked against the other. */
const onBothRails = ({ contract }: NewMessage, priority?: number): Destination[] => [
  { broker: 'kafka', address: addresses.orderEvents },
  { ...throughExchange({ contract }), ...(priority !== undefined && { priority }) },
];

const throughExchange = ({ contract }: Pick<NewMessage, 'contract'>): Destination => ({
  broker: 'rabbitmq',
  address: `${addresses.orderExchange}/${contract.type}`,
});

/** Where this service's messages go. */
export const outboxRoutes: OutboxRoutes = {
  [OrderCreated.type]: (message) =>
    onBothRails(
      message,
      (message.payload as PayloadOf<typeof OrderCreated>).delivery === 'express'
        ? expressPriority
        : undefined,
    ),
  [OrderConfirmed.type]: (message) => onBothRails(message),
  [OrderRejected.type]: (message) => onBothRails(message),
  [OrderExpired.type]: (message) => onBothRails(message),
  [OrderRefunded.type]: (message) => onBothRails(message),
  [ExpireOrder.type]: () => [{ broker: 'rabbitmq', address: addresses.orderExpiryWait }],
  [PaymentRequested.type]: (message) => [throughExchange(message)],
  [NotificationRequested.type]: () => [{ broker: 'sqs', address: addresses.orderNotifications }],
  [CancelPayment.type]: (message) => [throughExchange(message)],
  [RefundPayment.type]: (message) => [throughExchange(message)],
  ...routesTo({ broker: 'kafka', address: addresses.deliveries }, Object.values(deliveryNotices)),
};
