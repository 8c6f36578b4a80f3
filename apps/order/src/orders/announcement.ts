import type { Contract, PayloadOf } from '@waybill/messaging';
import { derivedId, type NewMessage } from '@waybill/outbox';

interface Of {
  readonly orderId: string;
  readonly customerId: string;
}

/** A message about an order, keyed by its customer: a customer's messages keep their order. */
export function announce<C extends Contract>(
  contract: C,
  { orderId, customerId }: Of,
  payload: PayloadOf<C>,
): NewMessage {
  return { contract, key: customerId, subject: orderId, payload };
}

/** One that comes once in an order's life: its id follows from the order, so that it can be told again as the same message. */
export function announceOnce<C extends Contract>(
  contract: C,
  order: Of,
  payload: PayloadOf<C>,
  time?: Date,
): NewMessage {
  const id = derivedId(order.orderId, contract);
  return { ...announce(contract, order, payload), id, ...(time && { time }) };
}
