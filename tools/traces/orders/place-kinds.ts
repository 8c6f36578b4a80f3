import { randomUUID } from 'node:crypto';
import type { Kind } from '../drawings.ts';
import { Invoices } from './invoices.ts';
import { operate } from './operate.ts';
import { ShopApi, type Addresses } from './shop-api.ts';

const subscription = 'order-notifications.fifo';

/** Orders by what happens to them on their way; all of them are confirmed and mailed in the end. */
export interface OrdersOfEachKind extends Readonly<Record<Kind, string>> {
  readonly ordinary: string;
  /** The provider failed at first: the payment was asked about again. */
  readonly retried: string;
  /** Its mail was a dead letter until a person replayed it. */
  readonly replayed: string;
  /** Its mail had to wait behind that one. */
  readonly parked: string;
}

/**
 * `trace` gives each order the `traceparent` it is placed with. For a system on which nobody else orders meanwhile: the
 * provider fails every charge for a moment, and mails pause.
 */
export async function placeOrdersOfEachKind(
  addresses: Addresses,
  trace: () => string | undefined = () => undefined,
): Promise<OrdersOfEachKind> {
  const shop = new ShopApi(addresses);
  const sku = await shop.stock();
  const place = (customerId: string = randomUUID()) => shop.place(sku, customerId, trace());
  const retried = await retriedOrder(shop, place);
  const ordinary = await place();
  await shop.confirmed(ordinary);
  const ofOneCustomer = await replayedAndParked(addresses, place);
  await shop.confirmed(retried);
  return { ordinary, retried, ...ofOneCustomer };
}

type Place = (customerId?: string) => Promise<string>;

/** Asked again by itself, half a minute later. */
async function retriedOrder(shop: ShopApi, place: Place): Promise<string> {
  await shop.failCharges(1);
  try {
    const orderId = await place();
    await shop.waitsBecause('payment-unknown', orderId);
    return orderId;
  } finally {
    await shop.failCharges(0);
  }
}

/** The invoice is gone when the mail is made, and back before it is replayed. */
async function replayedAndParked(addresses: Addresses, place: Place) {
  const shop = new ShopApi(addresses);
  const invoices = new Invoices(addresses);
  const customerId = randomUUID();
  const placeNext = async () => {
    const orderId = await place(customerId);
    return { orderId, invoice: await invoices.of(orderId) };
  };
  const replayed = await withMailsPaused(addresses, async () => {
    const next = await placeNext();
    await invoices.remove(next.invoice);
    return next;
  });
  const { messageId } = replayed.invoice;
  await shop.mailStands('dead', subscription, messageId);

  const parked = await placeNext();
  await shop.mailStands('parked', subscription, parked.invoice.messageId);
  await invoices.putBack(replayed.invoice);
  await operate(addresses, 'dead-letters', 'replay', messageId);
  return { replayed: replayed.orderId, parked: parked.orderId };
}

/** Or a mail would look for its invoice before anybody could take it away. */
async function withMailsPaused<T>(addresses: Addresses, work: () => Promise<T>): Promise<T> {
  await operate(addresses, 'subscriptions', 'pause', subscription);
  try {
    return await work();
  } finally {
    await operate(addresses, 'subscriptions', 'resume', subscription);
  }
}
