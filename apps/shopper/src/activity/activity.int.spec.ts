import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { AuditApi } from '../audit-api/audit-api.js';
import { parseOptions } from '../options.js';
import { HttpClient } from '../order-api/http-client.js';
import { OrderApi, type Activity } from '../order-api/order-api.js';
import { shop } from '../shop.js';

const looks = 60;
const settled = { status: 'CONFIRMED', settledAt: new Date().toISOString() };

/** Order API and audit in one. What becomes of each look is decided by its number, as a network and two brokers might. */
class CarelessShop {
  readonly told: Activity[] = [];
  readonly orders: string[] = [];
  counted = 0;
  asked = 0;
  fate: (look: number) => 'counted' | 'twice' | 'lost' | 'refused' | 'unanswered' = () => 'counted';
  auditAnswers = true;
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://shop');
    const isImage = request.headers['content-type'] === 'image/png';
    if (isImage)
      return void request.resume().once('end', () => reply(response, 201, { imageS3Key: 'images/1.png' }));
    const body = request.method === 'GET' ? undefined : await json(request);
    if (request.method === 'POST' && pathname === '/activity') return this.hear(body as Activity, response);
    if (pathname === '/activity') return this.tell(searchParams.get('sku'), response);
    if (request.method === 'POST') return reply(response, 202, { orderId: this.place() });
    const orders = this.orders.map((orderId) => ({ orderId, ...settled }));
    reply(response, 200, { products: [], orders });
  }

  private place(): string {
    const orderId = `01900000-0000-7000-8000-${(0xa00000000000 + this.orders.length).toString(16)}`;
    this.orders.push(orderId);
    return orderId;
  }

  private hear(look: Activity, response: ServerResponse): void {
    const fate = this.fate(this.told.push(look) - 1);
    // What is taken may be counted although its answer is lost on the way.
    if (fate !== 'lost' && fate !== 'refused') this.counted += fate === 'twice' ? 2 : 1;
    if (fate === 'unanswered') return void response.destroy();
    reply(response, fate === 'refused' ? 503 : 202, undefined);
  }

  /** By minute, of which there are two. */
  private tell(sku: string | null, response: ServerResponse): void {
    this.asked += 1;
    if (!this.auditAnswers) return reply(response, 500, { title: 'no database' });
    const times = this.told.some((look) => look.sku === sku) ? this.counted : 0;
    reply(response, 200, { counts: [{ times: times - 1 }, { times: 1 }] });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.end(body && JSON.stringify(body));
}

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function start(change: Partial<CarelessShop> = {}) {
  const outside = Object.assign(new CarelessShop(), change);
  const url = await outside.listen();
  const http = new HttpClient(url, { connections: 16, timeoutMs: 1_000 });
  closers.push(
    () => http.close(),
    () => outside.close(),
  );
  const reporter = { stocked: () => undefined, progress: () => undefined, result: () => undefined };
  const around = { api: new OrderApi(http), audit: new AuditApi(http), reporter };
  const patience = { lookEveryMs: 10, lostAfterMs: 100 };
  const run = (args: string) => {
    const options = parseOptions(args.split(' '), { ORDER_URL: url, AUDIT_URL: url });
    return shop(options, { ...around, stop: new AbortController().signal, patience });
  };
  return { outside, run };
}

test('each look is sent once, whatever is answered, and all sent ones are either counted or lost', async () => {
  const fates = ['counted', 'lost', 'refused', 'unanswered'] as const;
  const { outside, run } = await start({ fate: (look) => fates[look % fates.length]! });
  const { runId, orders, activity } = await run(`--orders 20 --activity 3`);
  expect(orders).toBe(20);
  expect(activity).toEqual({ sent: looks, counted: looks / 2, lost: looks / 2, doubled: 0 });
  expect(outside.told).toHaveLength(looks);
  expect(new Set(outside.told.map(({ sku }) => sku))).toEqual(new Set([`run-${runId}`]));
});

test('where all are counted nobody waits for more', async () => {
  const { outside, run } = await start();
  const { activity } = await run(`--orders 20 --activity 3`);
  expect(activity).toEqual({ sent: looks, counted: looks, lost: 0, doubled: 0 });
  expect(outside.asked).toBe(1);
});

test('what is counted beyond what was sent is told, not hidden', async () => {
  const { run } = await start({ fate: (look) => (look % 2 ? 'twice' : 'counted') });
  const { activity } = await run(`--orders 20 --activity 3`);
  expect(activity).toEqual({ sent: looks, counted: looks * 1.5, lost: 0, doubled: looks / 2 });
});

test('nothing is called lost where the audit cannot be asked', async () => {
  const { run } = await start({ auditAnswers: false });
  expect((await run(`--orders 20 --activity 3`)).activity).toEqual({ sent: looks });
});

test('unasked, nobody looks around and the audit is left alone', async () => {
  const { outside, run } = await start();
  expect(await run('--orders 20')).not.toHaveProperty('activity');
  expect([outside.told.length, outside.asked]).toEqual([0, 0]);
});
