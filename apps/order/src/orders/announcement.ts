import type { Contract, PayloadOf } from '@waybill/messaging';
import type { NewMessage } from '@waybill/outbox';

/** A message about an order, keyed by its customer: a customer's messages keep their order. */
export function announce<C extends Contract>(
  contract: C,
  { orderId, customerId }: { readonly orderId: string; readonly customerId: string },
  payload: PayloadOf<C>,
): NewMessage {
  return { contract, key: customerId, subject: orderId, payload };
}
