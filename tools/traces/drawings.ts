import { drawing } from './drawing.ts';

/** From POST to the mail, with nothing in its way. */
const ordinary = drawing(`
order: POST /orders
  order: publish order-events
  audit: process audit
  order: publish order_exchange/order.created
  audit: process order_audit_queue
  order: publish order_expiry.wait
  order: process order_processing
    order: publish order_exchange/payment.requested
    payment: process payment_queue
      payment: POST /charges
        psp-simulator: POST /charges
      payment: publish payments
      audit: process audit
      order: process order-processing-group
        order: publish order-events
        audit: process audit
        order: publish order_exchange/order.confirmed
        audit: process order_audit_queue
        order: S3/PutObject
        order: publish order-notifications.fifo
        notification: process order-notifications.fifo
          notification: S3/GetObject
          notification: send mail
`);

/** The provider fails at first; the payment is asked about again, and everybody is told so meanwhile. */
const retried = drawing(`
order: POST /orders
  order: publish order-events
  audit: process audit
  order: publish order_exchange/order.created
  audit: process order_audit_queue
  order: publish order_expiry.wait
  order: process order_processing
    order: publish order_exchange/payment.requested
    payment: process payment_queue [first]
      payment: POST /charges
        psp-simulator: POST /charges
      payment: publish payments
      audit: process audit
      order: process order-processing-group
      payment: publish deliveries
      audit: process audit-deliveries
    payment: retry payment_queue ~> first
    payment: process payment_queue ~> first
      payment: POST /charges
        psp-simulator: POST /charges
      payment: publish payments
      audit: process audit
      order: process order-processing-group
        order: publish order-events
        audit: process audit
        order: publish order_exchange/order.confirmed
        audit: process order_audit_queue
        order: S3/PutObject
        order: publish order-notifications.fifo
        notification: process order-notifications.fifo
          notification: S3/GetObject
          notification: send mail
`);

/** The invoice is gone; once it is back, a person replays the dead letter. */
const replayed = drawing(`
order: POST /orders
  order: publish order-events
  audit: process audit
  order: publish order_exchange/order.created
  audit: process order_audit_queue
  order: publish order_expiry.wait
  order: process order_processing
    order: publish order_exchange/payment.requested
    payment: process payment_queue
      payment: POST /charges
        psp-simulator: POST /charges
      payment: publish payments
      audit: process audit
      order: process order-processing-group
        order: publish order-events
        audit: process audit
        order: publish order_exchange/order.confirmed
        audit: process order_audit_queue
        order: S3/PutObject
        order: publish order-notifications.fifo
        notification: process order-notifications.fifo [first]
          notification: S3/GetObject
          notification: publish deliveries
          audit: process audit-deliveries
        notification: dead-letter order-notifications.fifo ~> first
        notification: replay order-notifications.fifo ~> first
        notification: process order-notifications.fifo ~> first
          notification: S3/GetObject
          notification: send mail
          notification: publish deliveries
          audit: process audit-deliveries
`);

/** An earlier order's mail is a dead letter: this customer's next one waits behind it, and goes out once it is replayed. */
const parked = drawing(`
order: POST /orders
  order: publish order-events
  audit: process audit
  order: publish order_exchange/order.created
  audit: process order_audit_queue
  order: publish order_expiry.wait
  order: process order_processing
    order: publish order_exchange/payment.requested
    payment: process payment_queue
      payment: POST /charges
        psp-simulator: POST /charges
      payment: publish payments
      audit: process audit
      order: process order-processing-group
        order: publish order-events
        audit: process audit
        order: publish order_exchange/order.confirmed
        audit: process order_audit_queue
        order: S3/PutObject
        order: publish order-notifications.fifo
        notification: process order-notifications.fifo
        notification: park order-notifications.fifo ~> elsewhere
        notification: process order-notifications.fifo
          notification: S3/GetObject
          notification: send mail
`);

/** The whole trace of one order of each kind. A message is a child of what it was created in, not of its publishing. */
export const drawings = { ordinary, retried, replayed, parked } as const;

export type Kind = keyof typeof drawings;
