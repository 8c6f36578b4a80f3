import { afterEach, expect, test } from '@jest/globals';
import { PaymentQuote } from '@waybill/contracts';
import { traceHeaders } from '@waybill/messaging';
import { WaybillClient } from '@waybill/messaging-nest';
import {
  rabbitmqRpcClient,
  rabbitmqRpcServer,
  applyRabbitmqTopology,
  type Answer,
} from '@waybill/messaging-rabbitmq';
import { createService, ServiceLogger } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { QuotesController } from './quotes.controller.js';

const broker = process.env['RABBITMQ_URL']!;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The HTTP side alone; the queue is one of the test's own, so that nobody else answers. */
async function start(url = broker, answer?: Answer) {
  const { limitMs } = PaymentQuote;
  const queue = `test-${randomUUID()}`;
  const queueArguments = { 'x-queue-type': 'classic', 'x-message-ttl': limitMs, 'x-expires': 60_000 };
  const queues = [{ name: queue, arguments: queueArguments, bindings: [] }];
  await applyRabbitmqTopology({ rabbitmq: { exchanges: [], queues } }, { url: broker });
  if (answer) {
    const server = rabbitmqRpcServer({ queue, limitMs }, answer, { url: broker });
    closers.push(() => server.close());
    await server.start();
  }
  const rpc = rabbitmqRpcClient({ url });
  const client = new WaybillClient(
    { call: (request) => rpc.call({ ...request, queue }), close: () => rpc.close() },
    [PaymentQuote],
  );
  const service = await createService(
    {
      module: class Quotes {},
      controllers: [QuotesController],
      providers: [{ provide: WaybillClient, useValue: client }],
    },
    { name: 'order', port: 0, logger: new ServiceLogger('order', 'silent') },
  );
  closers.push(() => service.stop());
  const state = url === broker ? 'connected' : 'disconnected';
  await eventually(() => expect(rpc.health().state).toBe(state));
  return { rpc, ask: (body: object) => post(service.url, body), url: service.url };
}

async function post(url: string, body: object, headers = {}) {
  const startedAt = performance.now();
  const response = await fetch(`${url}/quotes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  const tookMs = performance.now() - startedAt;
  return { status: response.status, type: response.headers.get('content-type'), body: answer, tookMs };
}

const asked = { customerId: 'c-1', totalCents: 10_000 };
const problemType = expect.stringContaining('application/problem+json');

test('a quote is what the payment service answers', async () => {
  const { ask } = await start(broker, async ({ body }) => {
    const payload = JSON.parse(Buffer.from(body).toString()) as object;
    return Buffer.from(JSON.stringify({ ...payload, feeCents: 150 }));
  });
  expect(await ask(asked)).toMatchObject({ status: 200, body: { ...asked, feeCents: 150 } });
});

test('a quote is worked out in the trace of whoever asked for it', async () => {
  const stop = await startTelemetry('quotes-test', {});
  closers.push(stop);
  const seen: Record<string, string>[] = [];
  const { url } = await start(broker, async ({ body, headers }) => {
    seen.push({ sent: headers['traceparent'] ?? '', within: traceHeaders()['traceparent'] ?? '' });
    return Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body).toString()), feeCents: 1 }));
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  expect(await post(url, asked, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })).toMatchObject({
    status: 200,
  });
  expect(seen).toEqual([
    { sent: expect.stringContaining(traceId), within: expect.stringContaining(traceId) },
  ]);
});

test('bad input is refused with field and rule, and nobody is asked', async () => {
  const { ask, rpc } = await start();
  expect(await ask({ customerId: '', totalCents: -1, more: 1 })).toMatchObject({
    status: 400,
    type: problemType,
    body: {
      errors: expect.arrayContaining([
        expect.objectContaining({ field: 'customerId', rule: 'too_small' }),
        expect.objectContaining({ field: 'totalCents', rule: 'too_small' }),
        expect.objectContaining({ field: 'more', rule: 'unrecognized_keys' }),
      ]),
    },
  });
  expect(rpc.pending).toBe(0);
});

test('while the payment service is away the answer is 504, after 2 s', async () => {
  const { ask, rpc } = await start();
  const { status, type, body, tookMs } = await ask(asked);
  expect({ status, type, body }).toMatchObject({ status: 504, type: problemType, body: { status: 504 } });
  expect(tookMs).toBeGreaterThanOrEqual(1_990);
  expect(tookMs).toBeLessThan(2 * PaymentQuote.limitMs); // asked once
  expect(rpc.pending).toBe(0);
});

test('while RabbitMQ is away the answer is 503, at once', async () => {
  const { ask } = await start('amqp://127.0.0.1:1');
  const { status, tookMs } = await ask(asked);
  expect(status).toBe(503);
  expect(tookMs).toBeLessThan(PaymentQuote.limitMs); // or it would have waited for an answer
});

test('what the payment service fails with stays inside: the answer is 502', async () => {
  const { ask } = await start(broker, async () => Promise.reject(new Error('a secret')));
  const { status, body } = await ask(asked);
  expect(status).toBe(502);
  expect(JSON.stringify(body)).not.toContain('secret');
});

test('the interface is described', async () => {
  const { url } = await start();
  const document = (await (await fetch(`${url}/docs-json`)).json()) as Record<string, object>;
  expect(document['paths']).toHaveProperty(['/quotes', 'post', 'responses', '504']);
});
