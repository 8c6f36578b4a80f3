import { defineSubscription } from '@waybill/messaging';
import { NotificationRequested } from '../notifications/notification-requested.js';
import { ExpireOrder, OrderCreated } from '../orders/order-events.js';
import {
  CancelPayment,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  PaymentUnknown,
  RefundPayment,
} from '../payments/payment-events.js';
import { StorefrontActivity } from '../storefront/storefront-activity.js';
import { addresses } from './addresses.js';

/** Nobody waits for the audit: it may as well write in large batches. */
const auditGatherMs = 200;

/** Every subscription of the system. RabbitMQ's commute and compete; Kafka's and SQS's keep the order of each customer. */
export const subscriptions = {
  orderProcessing: defineSubscription({
    name: addresses.orderProcessing,
    broker: 'rabbitmq',
    addresses: [addresses.orderProcessing],
    types: [OrderCreated.type],
    order: 'none',
    lane: 'batch',
    prefetch: 10,
  }),
  orderExpiry: defineSubscription({
    name: addresses.orderExpiry,
    broker: 'rabbitmq',
    addresses: [addresses.orderExpiry],
    types: [ExpireOrder.type],
    order: 'none',
    lane: 'batch',
    prefetch: 10,
  }),
  orderPayments: defineSubscription({
    name: 'order-processing-group',
    broker: 'kafka',
    addresses: [addresses.payments],
    types: [
      PaymentCaptured.type,
      PaymentDeclined.type,
      PaymentCancelled.type,
      PaymentUnknown.type,
      PaymentRefunded.type,
    ],
    order: 'key',
    lane: 'batch',
  }),
  paymentQueue: defineSubscription({
    name: addresses.paymentQueue,
    broker: 'rabbitmq',
    addresses: [addresses.paymentQueue],
    types: [PaymentRequested.type, CancelPayment.type, RefundPayment.type],
    order: 'none',
    lane: 'keyed',
    prefetch: 5,
  }),
  auditEvents: defineSubscription({
    name: 'audit',
    broker: 'kafka',
    addresses: [addresses.orderEvents, addresses.payments],
    order: 'key',
    lane: 'batch',
    gatherMs: auditGatherMs,
  }),
  /** What consumers tell about messages that did not go straight through. */
  auditDeliveries: defineSubscription({
    name: 'audit-deliveries',
    broker: 'kafka',
    addresses: [addresses.deliveries],
    order: 'none',
    lane: 'batch',
    terminal: true,
  }),
  orderAuditQueue: defineSubscription({
    name: addresses.orderAuditQueue,
    broker: 'rabbitmq',
    addresses: [addresses.orderAuditQueue],
    order: 'none',
    lane: 'batch',
    prefetch: 100,
    gatherMs: auditGatherMs,
  }),
  /** Committed before it is handled: lost rather than counted twice (docs/adr/0020). */
  activity: defineSubscription({
    name: 'activity',
    broker: 'kafka',
    addresses: [addresses.storefrontActivity],
    types: [StorefrontActivity.type],
    guarantee: 'at-most-once',
    order: 'none',
    lane: 'batch',
    gatherMs: auditGatherMs,
  }),
  /** Each record says how far it counts, and is counted once by that: it may come again (docs/adr/0025). */
  sales: defineSubscription({
    name: 'sales',
    broker: 'kafka',
    addresses: [addresses.salesPerMinute],
    order: 'key',
    lane: 'batch',
    terminal: true,
    replaySafe: true,
  }),
  /** Each mail waits for SMTP, so different customers' go side by side. */
  orderNotifications: defineSubscription({
    name: addresses.orderNotifications,
    broker: 'sqs',
    addresses: [addresses.orderNotifications],
    types: [NotificationRequested.type],
    order: 'key',
    lane: 'keyed',
    prefetch: 20,
  }),
} as const;
