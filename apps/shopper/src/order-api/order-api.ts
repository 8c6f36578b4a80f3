import { ask, type Api } from './ask.js';
import type { Answer, HttpClient, Question } from './http-client.js';

export interface Product {
  sku: string;
  priceCents: number;
  imageS3Key?: string | undefined;
  onHand: number;
  reserved: number;
}

export interface NewOrder {
  customerId: string;
  lines: { sku: string; quantity: number }[];
  express?: boolean;
}

export interface Activity {
  customerId: string;
  kind: 'viewed';
  sku: string;
}

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'EXPIRED';

export interface Order {
  orderId: string;
  status: OrderStatus;
  settledAt?: string;
}

type Page<Item> = { nextCursor?: string } & Record<string, Item[] | string | undefined>;

/** The most that the API gives at once. */
const pageSize = 1_000;

const orderApi: Api = { name: 'order API', variable: 'ORDER_URL' };

/** The calls of the order API that a shopper makes. All but `postOrder` and `tellActivity` expect success and throw otherwise. */
export class OrderApi {
  constructor(private readonly http: HttpClient) {}

  /** The answer as it came, because the caller decides by its status whether to ask again. */
  postOrder(order: NewOrder, idempotencyKey: string): Promise<Answer> {
    const headers = { 'idempotency-key': idempotencyKey };
    return this.http.send({ method: 'POST', path: '/orders', headers, body: order });
  }

  /** Never to be asked again: what was taken although its answer was lost would be counted twice. */
  tellActivity(activity: Activity): Promise<Answer> {
    return this.http.send({ method: 'POST', path: '/activity', body: activity });
  }

  /** Orders with greater ids, in order of acceptance. */
  orders(after: string): AsyncGenerator<Order> {
    return this.list<Order>('/orders', 'orders', after);
  }

  products(): AsyncGenerator<Product> {
    return this.list<Product>('/products', 'products');
  }

  async putProduct({ sku, ...body }: Omit<Product, 'reserved'>): Promise<void> {
    await this.ask({ method: 'PUT', path: `/products/${sku}`, body });
  }

  /** The key by which products are put with it; the same image has the same. */
  async postImage(png: Uint8Array): Promise<string> {
    const headers = { 'content-type': 'image/png' };
    const answer = await this.ask({ method: 'POST', path: '/images', headers, body: png });
    return (answer as { imageS3Key: string }).imageS3Key;
  }

  private async *list<Item>(path: string, items: string, after?: string): AsyncGenerator<Item> {
    for (let cursor = after, more = true; more;) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(cursor && { after: cursor }) });
      const page = (await this.ask({ method: 'GET', path: `${path}?${query}` })) as Page<Item>;
      yield* page[items] as Item[];
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
  }

  private ask(question: Question): Promise<unknown> {
    return ask(this.http, question, orderApi);
  }
}
