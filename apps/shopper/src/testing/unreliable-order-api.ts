import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import type { NewOrder, Order } from '../order-api/order-api.js';

/** Small, so that a few orders are several pages. */
const pageSize = 30;
/** So long after it is placed an order is settled, by its own word. Nobody waits for it: it is longer than a run. */
export const settledAfterMs = 1_000;
const orderIdOf = (number: number) => `01900000-0000-7000-8000-${(0xa00000000000 + number).toString(16)}`;

interface PlacedOrder extends Order {
  readonly placedAtMs: number;
  readonly body: string;
}

/**
 * An order API with everything a network does to it. Every third new key meets a trouble, each kind in turn. An order
 * settles once it was shown unsettled.
 */
export class UnreliableOrderApi {
  readonly orders = new Map<string, PlacedOrder>();
  readonly stock = new Map<string, unknown>();
  readonly images: Buffer[] = [];
  readonly met = { lostAnswer: 0, shed: 0, stillRunning: 0, keyReused: 0 };
  refuse?: (order: NewOrder) => boolean;
  settles = true;
  firstPostAtMs?: number;
  private readonly keysSeen = new Set<string>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://api');
    if (url.pathname === '/images') return this.keep(await buffer(request), response);
    const body = request.method === 'GET' ? undefined : await json(request);
    if (request.method === 'PUT') this.stock.set(url.pathname.slice('/products/'.length), body);
    if (request.method !== 'POST') return this.show(url, response);
    this.post(body as NewOrder, String(request.headers['idempotency-key']), response);
  }

  private keep(image: Buffer, response: ServerResponse): void {
    this.images.push(image);
    reply(response, 201, { imageS3Key: `images/${this.images.length}.png` });
  }

  private show({ pathname, searchParams }: URL, response: ServerResponse): void {
    if (pathname === '/products') return reply(response, 200, { products: [] });
    if (pathname.startsWith('/products/')) return reply(response, 200, {});
    const after = searchParams.get('after') ?? '';
    const younger = [...this.orders.values()].filter((order) => order.orderId > after);
    const orders = younger.slice(0, pageSize);
    const nextCursor = younger.length > pageSize && { nextCursor: orders.at(-1)?.orderId };
    reply(response, 200, { orders, ...nextCursor });
    if (this.settles) for (const order of orders) settle(order);
  }

  private post(order: NewOrder, key: string, response: ServerResponse): void {
    this.firstPostAtMs ??= Date.now();
    const firstTime = !this.keysSeen.has(key);
    this.keysSeen.add(key);
    const trouble = firstTime && this.keysSeen.size % 3 === 0 ? (this.keysSeen.size / 3) % 3 : undefined;
    if (trouble === 0) return this.refuseForNow(response, 503, 'shed');
    if (trouble === 1) return this.refuseForNow(response, 409, 'stillRunning');
    if (this.refuse?.(order)) return reply(response, 422, { title: 'unknown SKU' });
    const { orderId } = this.place(key, JSON.stringify(order));
    if (trouble !== 2) return reply(response, 202, { orderId, status: 'PENDING' });
    this.met.lostAnswer += 1;
    response.destroy();
  }

  private place(key: string, body: string): Order {
    const known = this.orders.get(key);
    if (known && known.body !== body) this.met.keyReused += 1;
    if (known) return known;
    const orderId = orderIdOf(this.orders.size);
    const order: PlacedOrder = { orderId, status: 'PENDING', placedAtMs: Date.now(), body };
    this.orders.set(key, order);
    return order;
  }

  private refuseForNow(response: ServerResponse, status: number, kind: 'shed' | 'stillRunning'): void {
    this.met[kind] += 1;
    response.setHeader('retry-after', '0');
    reply(response, status, { title: kind });
  }
}

function settle(order: PlacedOrder): void {
  const settledAt = new Date(order.placedAtMs + settledAfterMs).toISOString();
  Object.assign(order, { status: 'CONFIRMED', settledAt });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.end(JSON.stringify(body));
}
