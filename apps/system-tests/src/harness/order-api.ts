import { randomUUID } from 'node:crypto';
import { eventually } from '@waybill/test-kit';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

export interface NewOrder {
  readonly customerId?: string;
  readonly customerEmail?: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly currency?: string;
  readonly express?: boolean;
}

interface NewProduct {
  readonly priceCents: number;
  readonly onHand?: number;
  readonly currency?: string;
  readonly imageS3Key?: string;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'EXPIRED';
  readonly reason?: string;
  readonly totalCents: number;
  readonly currency: string;
  readonly cancellation?: { readonly state: 'requested' | 'cancelled' | 'refunded'; readonly at: string };
}

/** Nobody has used it before, so that tests share the system and nothing else. */
export const freshCustomer = (): string => `c-${randomUUID()}`;

/** The order service as its callers see it. */
export class OrderApi {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Puts a new product on the shelf; its SKU. */
  async stock(product: NewProduct): Promise<string> {
    const sku = `T-${randomUUID()}`;
    const answer = await this.send('PUT', `/products/${sku}`, JSON.stringify({ onHand: 1_000, ...product }));
    if (answer.status !== 200) throw new Error(`product not put: ${JSON.stringify(answer)}`);
    return sku;
  }

  /** The key by which a product has it. */
  async addImage(png: Uint8Array): Promise<string> {
    const { status, body } = await this.send('POST', '/images', png, { 'content-type': 'image/png' });
    if (status !== 201) throw new Error(`image not added: ${status} ${JSON.stringify(body)}`);
    return body['imageS3Key'] as string;
  }

  /** Any text as body, any key or none. */
  post(body: string, key: string | undefined): Promise<Answer> {
    return this.send('POST', '/orders', body, key === undefined ? {} : { 'idempotency-key': key });
  }

  /** An order that must be accepted; its id. */
  async place({ customerId = freshCustomer(), ...order }: NewOrder): Promise<string> {
    const answer = await this.post(JSON.stringify({ customerId, ...order }), randomUUID());
    if (answer.status !== 202) throw new Error(`order not accepted: ${JSON.stringify(answer)}`);
    return answer.body['orderId'] as string;
  }

  cancel(orderId: string, key: string = randomUUID()): Promise<Answer> {
    return this.send('POST', `/orders/${orderId}/cancellations`, undefined, { 'idempotency-key': key });
  }

  async find(orderId: string): Promise<Order> {
    const { body } = await this.send('GET', `/orders/${orderId}`);
    return body as unknown as Order;
  }

  /** The order, once it is final. */
  async settled(orderId: string, withinMs = 15_000): Promise<Order> {
    let order: Order | undefined;
    await eventually(async () => {
      order = await this.find(orderId);
      if (order.status === 'PENDING') throw new Error(`order ${orderId} is still PENDING`);
    }, withinMs);
    return order!;
  }

  /** The order, once its cancellation has ended. */
  async calledOff(orderId: string, withinMs = 45_000): Promise<Order> {
    let order: Order | undefined;
    await eventually(async () => {
      order = await this.find(orderId);
      if (!['cancelled', 'refunded'].includes(order.cancellation?.state ?? ''))
        throw new Error(`order ${orderId} is ${order.status}, its cancellation not at an end`);
    }, withinMs);
    return order!;
  }

  async erase(customerId: string, actor: string): Promise<Record<string, unknown>> {
    const path = `/customers/${customerId}/personal-data`;
    const { status, body } = await this.send('DELETE', path, undefined, { 'waybill-actor': actor });
    if (status !== 200) throw new Error(`not erased: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** How the service finds a broker: `connected`, `blocked`, `connecting` or `disconnected`. */
  async broker(name: 'kafka' | 'rabbitmq' | 'claims'): Promise<string> {
    const { body } = await this.send('GET', '/health/ready');
    return (body['reports'] as Record<string, { state: string }>)[name]!.state;
  }

  private async send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers = {},
  ): Promise<Answer> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...content, ...headers },
      ...(body !== undefined && { body: Buffer.from(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      location: response.headers.get('location'),
      retryAfter: response.headers.get('retry-after'),
      body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }
}
