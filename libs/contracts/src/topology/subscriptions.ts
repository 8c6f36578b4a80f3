import { defineSubscription } from '@waybill/messaging';
import { addresses } from './addresses.js';

/** Nobody waits for the audit: it may as well write in large batches. */
const auditGatherMs = 200;

/** Every subscription of the system. RabbitMQ's commute and compete; Kafka's keep the order of each customer. */
export const subscriptions = {
  orderProcessing: defineSubscription({
    name: addresses.orderProcessing,
    broker: 'rabbitmq',
    addresses: [addresses.orderProcessing],
    order: 'none',
    lane: 'batch',
    prefetch: 10,
  }),
  orderExpiry: defineSubscription({
    name: addresses.orderExpiry,
    broker: 'rabbitmq',
    addresses: [addresses.orderExpiry],
    order: 'none',
    lane: 'batch',
    prefetch: 10,
  }),
  orderPayments: defineSubscription({
    name: 'order-processing-group',
    broker: 'kafka',
    addresses: [addresses.payments],
    order: 'key',
    lane: 'batch',
  }),
  paymentQueue: defineSubscription({
    name: addresses.paymentQueue,
    broker: 'rabbitmq',
    addresses: [addresses.paymentQueue],
    order: 'none',
    lane: 'keyed',
    prefetch: 5,
    retryDelayMs: 30_000,
  }),
  auditEvents: defineSubscription({
    name: 'audit',
    broker: 'kafka',
    addresses: [addresses.orderEvents, addresses.payments],
    order: 'key',
    lane: 'batch',
    gatherMs: auditGatherMs,
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
} as const;
