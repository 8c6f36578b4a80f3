import { randomUUID } from 'node:crypto';
import { until } from './until.ts';

export type Addresses = Readonly<Record<string, string>>;

interface Order {
  readonly status: string;
  readonly reason?: string;
}

interface Calling {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const settledWithinMs = 90_000;

/** What callers of the services do, at whatever addresses they are. */
export class ShopApi {
  private readonly addresses: Addresses;

  constructor(addresses: Addresses) {
    this.addresses = addresses;
  }

  async stock(): Promise<string> {
    const sku = `T-${randomUUID()}`;
    await this.call('ORDER_URL', 'PUT', `/products/${sku}`, { body: { priceCents: 500, onHand: 1_000 } });
    return sku;
  }

  /** Its id. A caller's `traceparent` has the order's trace go on from his. */
  async place(sku: string, customerId: string, traceparent?: string): Promise<string> {
    const customerEmail = `${customerId}@example.com`;
    const { orderId } = await this.call<{ orderId: string }>('ORDER_URL', 'POST', '/orders', {
      body: { customerId, customerEmail, lines: [{ sku, quantity: 1 }] },
      headers: { 'idempotency-key': randomUUID(), ...(traceparent && { traceparent }) },
    });
    return orderId;
  }

  confirmed(orderId: string): Promise<void> {
    return until(settledWithinMs, `order ${orderId} CONFIRMED`, async () => {
      const { status } = await this.order(orderId);
      return status === 'CONFIRMED';
    });
  }

  waitsBecause(reason: string, orderId: string): Promise<void> {
    return until(settledWithinMs, `order ${orderId} waiting for ${reason}`, async () => {
      const order = await this.order(orderId);
      return order.reason === reason;
    });
  }

  /** The share of charges whose first try the provider answers with an error of its own. */
  async failCharges(errorRate: number): Promise<void> {
    const body = { delayMs: 0, declineRate: 0, timeoutAfterChargeRate: 0, errorRate };
    await this.call('PSP_URL', 'PUT', '/behaviour', { body });
  }

  mailStands(state: string, subscription: string, messageId: string): Promise<void> {
    const path = `/deliveries/${subscription}/${messageId}`;
    return until(settledWithinMs, `message ${messageId} ${state}`, async () => {
      const delivery = await this.call<{ state: string }>('NOTIFICATION_URL', 'GET', path);
      return delivery.state === state;
    });
  }

  private order(orderId: string): Promise<Order> {
    return this.call<Order>('ORDER_URL', 'GET', `/orders/${orderId}`);
  }

  private async call<Answer>(
    service: string,
    method: string,
    path: string,
    { body, headers = {} }: Calling = {},
  ): Promise<Answer> {
    const key = this.addresses['WAYBILL_API_KEY'];
    const response = await fetch(this.addresses[service] + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'x-api-key': key }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  }
}
