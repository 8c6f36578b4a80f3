import { afterEach, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { AuditApi } from './audit-api/audit-api.js';
import { HttpClient } from './order-api/http-client.js';
import { OrderApi, type NewOrder, type Order } from './order-api/order-api.js';
import { parseOptions } from './options.js';
import type { Progress } from './report/reporter.js';
import { shop } from './shop.js';
import { covers } from './stock/covers.js';

/** Small, so that a few orders are several pages. */
const pageSize = 30;
const orderIdOf = (number: number) => `01900000-0000-7000-8000-${(0xa00000000000 + number).toString(16)}`;

/** An order API with everything a network does to it. Every third new key meets a trouble, each kind in turn. */
class UnreliableOrderApi {
  readonly orders = new Map<string, Order & { body: string }>();
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
    if (request.method !== 'POST') return reply(response, 200, this.shown(url));
    this.post(body as NewOrder, String(request.headers['idempotency-key']), response);
  }

  private keep(image: Buffer, response: ServerResponse): void {
    this.images.push(image);
    reply(response, 201, { imageS3Key: `images/${this.images.length}.png` });
  }

  private shown({ pathname, searchParams }: URL): unknown {
    if (pathname === '/products') return { products: [] };
    if (pathname.startsWith('/products/')) return {};
    const after = searchParams.get('after') ?? '';
    const younger = [...this.orders.values()].filter((order) => order.orderId > after);
    const orders = younger.slice(0, pageSize);
    return { orders, ...(younger.length > pageSize && { nextCursor: orders.at(-1)?.orderId }) };
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
    const order: Order & { body: string } = { orderId: orderIdOf(this.orders.size), status: 'PENDING', body };
    this.orders.set(key, order);
    if (this.settles)
      setTimeout(
        () => Object.assign(order, { status: 'CONFIRMED', settledAt: new Date().toISOString() }),
        20,
      );
    return order;
  }

  private refuseForNow(response: ServerResponse, status: number, kind: 'shed' | 'stillRunning'): void {
    this.met[kind] += 1;
    response.setHeader('retry-after', '0');
    reply(response, status, { title: kind });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.end(JSON.stringify(body));
}

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function startApi() {
  const outside = new UnreliableOrderApi();
  closers.push(() => outside.close());
  return { outside, url: await outside.listen() };
}

function run(url: string, args: string[], stop = new AbortController().signal) {
  const http = new HttpClient(url, { connections: 16, timeoutMs: 1_000 });
  closers.push(() => http.close());
  const looks: Progress[] = [];
  const reporter = {
    stocked: () => undefined,
    progress: (look: Progress) => looks.push(look),
    result: () => undefined,
  };
  const patience = { lookEveryMs: 20, stuckAfterMs: 200 };
  const options = parseOptions(args, { ORDER_URL: url });
  const result = shop(options, {
    api: new OrderApi(http),
    audit: new AuditApi(http),
    reporter,
    stop,
    patience,
  });
  return { result, looks };
}

test('lost answers, shed requests and keys still in use place every row exactly once', async () => {
  const { outside, url } = await startApi();
  const { result, looks } = run(url, ['--orders', '200', '--concurrency', '8']);
  const none = { stuck: 0, refused: 0, unanswered: 0 };
  expect(await result).toMatchObject({ orders: 200, confirmed: 200, shed: 22, ...none });
  expect(outside.orders.size).toBe(200);
  expect(outside.met).toEqual({ lostAnswer: 22, shed: 22, stillRunning: 22, keyReused: 0 });
  expect(looks.at(-1)).toMatchObject({ accepted: 200, confirmed: 200, pending: 0, shed: 22 });
});

test('latency and rate come from the times that the orders name', async () => {
  const { outside, url } = await startApi();
  const startedAtMs = Date.now();
  const result = await run(url, ['--orders', '50', '--rate', '100']).result;
  const lastMs = Math.max(...[...outside.orders.values()].map(({ settledAt }) => Date.parse(settledAt!)));
  expect(result.p50Ms).toBeGreaterThanOrEqual(19);
  expect(result.p99Ms).toBeLessThanOrEqual(lastMs - startedAtMs);
  // Between the start of the run and what the API heard first, the shopper posted its first.
  expect(result.ordersPerSecond).toBeGreaterThan(50_000 / (lastMs - startedAtMs) - 0.1);
  expect(result.ordersPerSecond).toBeLessThan(50_000 / (lastMs - outside.firstPostAtMs!) + 0.1);
});

test('stock is put for exactly the SKUs of the rows to come', async () => {
  const { outside, url } = await startApi();
  await run(url, ['--skip', '1', '--orders', '1']).result;
  expect([...outside.stock]).toEqual([
    ['CD-1466', { priceCents: 1466, imageS3Key: expect.stringMatching(/^images\/\d\.png$/), onHand: 1 }],
    ['CD-1467', { priceCents: 1467, imageS3Key: expect.stringMatching(/^images\/\d\.png$/), onHand: 1 }],
  ]);
});

test('covers are few, each its own, and sent as the bytes they are', async () => {
  const { outside, url } = await startApi();
  await run(url, ['--orders', '1']).result;
  expect(outside.images).toEqual(covers());
});

test('a refused order is counted and not asked again', async () => {
  const { outside, url } = await startApi();
  outside.refuse = ({ customerId }) => customerId === '00004';
  const result = await run(url, ['--orders', '5']).result;
  expect(result).toMatchObject({ orders: 4, refused: 1, confirmed: 4 });
});

test('a stop ends posting and reports what is still open as pending, not as stuck', async () => {
  const { outside, url } = await startApi();
  outside.settles = false;
  const stop = new AbortController();
  const { result, looks } = run(url, ['--orders', '1000', '--rate', '200'], stop.signal);
  while ((looks.at(-1)?.accepted ?? 0) < 10) await new Promise(setImmediate);
  stop.abort();
  const { orders, pending, stuck } = await result;
  expect(orders).toBeLessThan(1_000);
  expect([pending, stuck]).toEqual([orders, 0]);
});

test('orders without a final state when their time is up are stuck', async () => {
  const { outside, url } = await startApi();
  outside.settles = false;
  const result = await run(url, ['--orders', '3']).result;
  expect(result).toMatchObject({ orders: 3, stuck: 3, pending: 0, ordersPerSecond: 0 });
  expect(result.p50Ms).toBeUndefined();
});

test('an order API that is not there is one clear sentence', async () => {
  const { result } = run('http://127.0.0.1:9', ['--orders', '1']);
  await expect(result).rejects.toThrow(
    /^order API at http:\/\/127\.0\.0\.1:9 does not answer \(.*ECONNREFUSED/,
  );
});
