import { orderApiRefused, orderApiSilent } from '../shopper.errors.js';
import type { Answer, HttpClient, Question } from './http-client.js';

export interface Product {
  sku: string;
  priceCents: number;
  onHand: number;
  reserved: number;
}

export interface NewOrder {
  customerId: string;
  lines: { sku: string; quantity: number }[];
  express?: boolean;
}

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'EXPIRED';

export interface Order {
  orderId: string;
  status: OrderStatus;
  settledAt?: string;
}

export interface OrderPage {
  orders: Order[];
  nextCursor?: string;
}

/** The calls of the order API that a shopper makes. All but `postOrder` expect success and throw otherwise. */
export class OrderApi {
  constructor(private readonly http: HttpClient) {}

  /** The answer as it came, because the caller decides by its status whether to ask again. */
  postOrder(order: NewOrder, idempotencyKey: string): Promise<Answer> {
    const headers = { 'idempotency-key': idempotencyKey };
    return this.http.send({ method: 'POST', path: '/orders', headers, body: order });
  }

  async order(orderId: string): Promise<Order> {
    return (await this.ask({ method: 'GET', path: `/orders/${orderId}` })) as Order;
  }

  async orders(query: Record<string, string>): Promise<OrderPage> {
    return (await this.ask({ method: 'GET', path: `/orders?${new URLSearchParams(query)}` })) as OrderPage;
  }

  async products(): Promise<Product[]> {
    const { products } = (await this.ask({ method: 'GET', path: '/products' })) as { products: Product[] };
    return products;
  }

  async putProduct({ sku, priceCents, onHand }: Omit<Product, 'reserved'>): Promise<void> {
    await this.ask({ method: 'PUT', path: `/products/${sku}`, body: { priceCents, onHand } });
  }

  private async ask(question: Question): Promise<unknown> {
    const answer = await this.http.send(question).catch((cause: unknown) => {
      throw orderApiSilent(this.http.baseUrl, cause);
    });
    if (answer.status >= 200 && answer.status < 300) return answer.body ? JSON.parse(answer.body) : undefined;
    throw orderApiRefused(`${question.method} ${question.path}`, answer.status, answer.body);
  }
}
