export { contracts } from './contracts.js';
export {
  dataschemaOf,
  defineContract,
  earlier,
  versionOf,
  type DefinedContract,
  type EarlierVersion,
} from './define-contract.js';
export { defaultBodyLimits, type BodyLimits } from './read-json.js';
export {
  DeliveryDeadLettered,
  deliveryNotices,
  DeliveryParked,
  DeliveryReceipt,
  DeliveryRetried,
} from './deliveries/delivery-notices.js';
export {
  amountInMinorUnits,
  currency,
  customerEmail,
  customerId,
  imageS3Key,
  instant,
  orderId,
  quantity,
  sku,
} from './fields.js';
export {
  ExpireOrder,
  OrderConfirmed,
  OrderCreated,
  OrderExpired,
  orderLine,
  OrderRefunded,
  OrderRejected,
} from './orders/order-events.js';
export { NotificationRequested } from './notifications/notification-requested.js';
export {
  CancelPayment,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  PaymentUnknown,
  RefundPayment,
} from './payments/payment-events.js';
export { jsonSchemaOf, type JsonSchema } from './schemas/json-schema.js';
export { personalFieldNames } from './personal-field-names.js';
export { personal, personalFieldsOf, personalValues, redacted } from './schemas/personal.js';
export { PaymentQuote, quoteRequest } from './payments/payment-quote.js';
export { SalesCounted } from './sales/sales-counted.js';
export { StorefrontActivity } from './storefront/storefront-activity.js';
export { addresses } from './topology/addresses.js';
export { claims } from './topology/claims.js';
export { contentIdOf, images, imageTypeOf, type ImageType } from './topology/images.js';
export { lanes } from './topology/lanes.js';
export { deadLetterRoute } from './topology/rabbitmq-topology.js';
export { subscriptions } from './topology/subscriptions.js';
export { topology } from './topology/topology.js';
