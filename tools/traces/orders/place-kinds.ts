import { randomUUID } from 'node:crypto';
import type { Kind } from '../drawings.ts';
import { Invoices } from './invoices.ts';
import { operate } from './operate.ts';
import { ShopApi, type Addresses } from './shop-api.ts';
import { until } from './until.ts';

const subscription = 'order-notifications.fifo';
const sentWithinMs = 60_000;

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

/** `trace` gives each order the `traceparent` it is placed with. For a system that nobody else uses meanwhile. */
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
  const customerId = randomUUID();
  const invoices = new Invoices(addresses);
  const replayed = await withoutInvoice(addresses, () => place(customerId));
  await shop.mailStands('dead', subscription, messageOf(replayed.key));

  const before = await invoices.keys();
  const parked = await place(customerId);
  await shop.confirmed(parked);
  await shop.mailStands('parked', subscription, messageOf(await newest(invoices, before)));
  await replayed.putBack();
  await operate(addresses, 'dead-letters', 'replay', messageOf(replayed.key));
  return { replayed: replayed.orderId, parked };
}

/** Nobody looks for the invoice until it is gone. */
async function withoutInvoice(addresses: Addresses, place: Place) {
  const invoices = new Invoices(addresses);
  const before = await invoices.keys();
  await operate(addresses, 'subscriptions', 'pause', subscription);
  try {
    const orderId = await place();
    await new ShopApi(addresses).confirmed(orderId);
    const key = await newest(invoices, before);
    return { orderId, key, putBack: await invoices.remove(key) };
  } finally {
    await operate(addresses, 'subscriptions', 'resume', subscription);
  }
}

/** An invoice is named after the message that it travels with. */
const messageOf = (key: string): string => key.split('/').at(-2)!;

async function newest(invoices: Invoices, before: ReadonlySet<string>): Promise<string> {
  let added: string[] = [];
  await until(sentWithinMs, 'an invoice in the bucket', async () => {
    added = [...(await invoices.keys())].filter((key) => !before.has(key));
    return added.length > 0;
  });
  return added[0]!;
}
