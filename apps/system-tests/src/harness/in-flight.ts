import type { Outside } from './outside.js';

export type Target = 'order' | 'payment' | 'audit' | 'notification' | 'kafka' | 'rabbitmq' | 'sqs';

/** Rows and deliveries that a target has taken on and not finished, read where they are kept. */
export const inFlight: Record<Target, (outside: Outside) => Promise<number>> = {
  order: ({ databases }) => databases.count('ORDERS', 'orders', "status = 'PENDING'"),

  payment: async ({ rabbitmq, databases }) =>
    (await rabbitmq.ready('payment_queue')) +
    (await databases.count('PAYMENTS', 'payments', "state = 'asking'")) +
    (await databases.count('PAYMENTS', 'outbox')),

  audit: async ({ kafka, rabbitmq }) =>
    (await kafka.lag('audit', 'order-events', 'payments')) + (await rabbitmq.ready('order_audit_queue')),

  notification: ({ sqs }) => sqs.unsettled('order-notifications.fifo'),

  /** Asked for while it is frozen, so it cannot be asked itself. */
  sqs: ({ databases }) => databases.count('ORDERS', 'outbox', "broker = 'sqs'"),

  kafka: async ({ databases }) =>
    (await databases.count('ORDERS', 'outbox', "broker = 'kafka'")) +
    (await databases.count('PAYMENTS', 'outbox')),

  rabbitmq: async ({ rabbitmq, databases }) =>
    (await rabbitmq.ready('order_processing', 'payment_queue', 'order_audit_queue')) +
    (await databases.count('ORDERS', 'outbox', "broker = 'rabbitmq'")),
};
