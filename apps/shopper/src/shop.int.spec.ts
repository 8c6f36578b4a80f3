import { afterEach, expect, test } from '@jest/globals';
import { AuditApi } from './audit-api/audit-api.js';
import { HttpClient } from './order-api/http-client.js';
import { OrderApi } from './order-api/order-api.js';
import { parseOptions } from './options.js';
import type { Progress } from './report/reporter.js';
import { shop } from './shop.js';
import { covers } from './stock/covers.js';
import { settledAfterMs, UnreliableOrderApi } from './testing/unreliable-order-api.js';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function startApi() {
  const outside = new UnreliableOrderApi();
  closers.push(() => outside.close());
  return { outside, url: await outside.listen() };
}

interface Run {
  readonly stop?: AbortSignal;
  readonly stuckAfterMs?: number;
}

function run(
  url: string,
  args: string[],
  { stop = new AbortController().signal, stuckAfterMs = 30_000 }: Run = {},
) {
  const http = new HttpClient(url, { connections: 16, timeoutMs: 10_000 });
  closers.push(() => http.close());
  const looks: Progress[] = [];
  const reporter = {
    stocked: () => undefined,
    progress: (look: Progress) => looks.push(look),
    result: () => undefined,
  };
  const patience = { lookEveryMs: 20, stuckAfterMs };
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
  expect(result.p50Ms).toBeGreaterThanOrEqual(settledAfterMs);
  expect(result.p99Ms).toBeLessThanOrEqual(lastMs - startedAtMs);
  // Between the start of the run and what the API heard first, the shopper posted its first.
  expect(result.ordersPerSecond).toBeGreaterThan(50_000 / (lastMs - startedAtMs) - 0.1);
  expect(result.ordersPerSecond).toBeLessThan(50_000 / (lastMs - outside.firstPostAtMs!) + 0.1);
});

test('stock is put for exactly the SKUs of the rows to come, with some to spare', async () => {
  const { outside, url } = await startApi();
  await run(url, ['--skip', '1', '--orders', '1']).result;
  expect([...outside.stock]).toEqual([
    ['CD-1466', { priceCents: 1466, imageS3Key: expect.stringMatching(/^images\/\d\.png$/), onHand: 21 }],
    ['CD-1467', { priceCents: 1467, imageS3Key: expect.stringMatching(/^images\/\d\.png$/), onHand: 21 }],
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
  const { result, looks } = run(url, ['--orders', '1000', '--rate', '200'], { stop: stop.signal });
  while ((looks.at(-1)?.accepted ?? 0) < 10) await new Promise(setImmediate);
  stop.abort();
  const { orders, pending, stuck } = await result;
  expect(orders).toBeLessThan(1_000);
  expect([pending, stuck]).toEqual([orders, 0]);
});

test('orders without a final state when their time is up are stuck', async () => {
  const { outside, url } = await startApi();
  outside.settles = false;
  const result = await run(url, ['--orders', '3'], { stuckAfterMs: 100 }).result;
  expect(result).toMatchObject({ orders: 3, stuck: 3, pending: 0, ordersPerSecond: 0 });
  expect(result.p50Ms).toBeUndefined();
});

test('an order API that is not there is one clear sentence', async () => {
  const { result } = run('http://127.0.0.1:9', ['--orders', '1']);
  await expect(result).rejects.toThrow(
    /^order API at http:\/\/127\.0\.0\.1:9 does not answer \(.*ECONNREFUSED/,
  );
});
