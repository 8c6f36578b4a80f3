export { defineContract } from './define-contract.js';
export {
  DeliveryDeadLettered,
  deliveryNotices,
  DeliveryParked,
  DeliveryReceipt,
  DeliveryRetried,
} from './deliveries/delivery-notices.js';
export { amountInMinorUnits, currency, customerId, instant, orderId, quantity, sku } from './fields.js';
export {
  ExpireOrder,
  OrderConfirmed,
  OrderCreated,
  OrderExpired,
  orderLine,
  OrderRejected,
} from './orders/order-events.js';
export { NotificationRequested } from './notifications/notification-requested.js';
export {
  CancelPayment,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRequested,
  PaymentUnknown,
} from './payments/payment-events.js';
export { PaymentQuote, quoteRequest } from './payments/payment-quote.js';
export { addresses } from './topology/addresses.js';
export { claims } from './topology/claims.js';
export { deadLetterRoute } from './topology/rabbitmq-topology.js';
export { subscriptions } from './topology/subscriptions.js';
export { topology } from './topology/topology.js';
