import {
  DeliveryDeadLettered,
  DeliveryParked,
  DeliveryReceipt,
  DeliveryRetried,
} from './deliveries/delivery-notices.js';
import type { DefinedContract } from './define-contract.js';
import { NotificationRequested } from './notifications/notification-requested.js';
import {
  ExpireOrder,
  OrderConfirmed,
  OrderCreated,
  OrderExpired,
  OrderRefunded,
  OrderRejected,
} from './orders/order-events.js';
import {
  CancelPayment,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  PaymentUnknown,
  RefundPayment,
} from './payments/payment-events.js';
import { SalesCounted } from './sales/sales-counted.js';
import { StorefrontActivity } from './storefront/storefront-activity.js';

/** Every message of the system; schemas, AsyncAPI and the reference page are written from these. */
export const contracts: readonly DefinedContract[] = [
  OrderCreated,
  OrderConfirmed,
  OrderRejected,
  OrderExpired,
  OrderRefunded,
  ExpireOrder,
  PaymentRequested,
  CancelPayment,
  RefundPayment,
  PaymentCaptured,
  PaymentDeclined,
  PaymentUnknown,
  PaymentCancelled,
  PaymentRefunded,
  NotificationRequested,
  DeliveryRetried,
  DeliveryParked,
  DeliveryDeadLettered,
  DeliveryReceipt,
  StorefrontActivity,
  SalesCounted,
] as readonly DefinedContract[];
