/** Every address by its fixed name (design, section 5). */
export const addresses = {
  orderEvents: 'order-events',
  payments: 'payments',
  deliveries: 'deliveries',
  auditHeads: 'audit.heads',
  storefrontActivity: 'storefront.activity',
  salesPerMinute: 'sales.per-minute',
  orderExchange: 'order_exchange',
  deadLetterExchange: 'dlx_exchange',
  orderProcessing: 'order_processing',
  orderAuditQueue: 'order_audit_queue',
  paymentQueue: 'payment_queue',
  paymentQuote: 'payment.quote',
  orderExpiry: 'order_expiry',
  orderExpiryWait: 'order_expiry.wait',
  orderNotifications: 'order-notifications.fifo',
} as const;
