import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Injectable, Logger, Module, Param, Post, Query } from '@nestjs/common';
import { InfrastructureError } from '@waybill/messaging';
import { z } from 'zod';
import { Health } from '../health/health.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { HeaderValue, idempotencyKey } from '../problems/header-value.js';
import { problem } from '../problems/problem.js';
import { createService, type RunningService } from './create-service.js';
import { Drains } from './drains.js';

const parcel = z.strictObject({
  weight: z.int().min(1),
  lines: z.array(z.strictObject({ sku: z.string() })).default([]),
});
const search = z.object({ limit: z.coerce.number().int().max(10) });

const failureKind = z.enum(['bug', 'away', 'full', 'gone']);

/** Lets a test hold a request open and let it go. */
@Injectable()
class Gate {
  readonly entered = Promise.withResolvers<void>();
  readonly open = Promise.withResolvers<string>();
}

@Controller('parcels')
class ParcelsController {
  constructor(private readonly gate: Gate) {}

  @Post()
  post(
    @Body({ schema: parcel }) body: z.output<typeof parcel>,
    @HeaderValue('Idempotency-Key', idempotencyKey) key: string,
  ) {
    new Logger('parcels').log({ msg: 'posted', key });
    return { ...body, key };
  }

  @Get()
  list(@Query({ schema: search }) query: z.output<typeof search>) {
    return query;
  }

  @Get('slow')
  slow(): Promise<string> {
    this.gate.entered.resolve();
    return this.gate.open.promise;
  }

  @Get('failures/:kind')
  fail(@Param('kind', { schema: failureKind }) kind: z.output<typeof failureKind>) {
    if (kind === 'bug') throw new Error('secret table name');
    if (kind === 'full') throw problem({ status: 503, title: 'Full', headers: { 'retry-after': '3' } });
    if (kind === 'away') throw new InfrastructureError('secret address');
    throw problem({
      status: 410,
      title: 'Gone',
      type: 'https://waybill.example/gone',
      headers: { 'retry-after': '7' },
    });
  }
}

@Module({ controllers: [ParcelsController], providers: [Gate] })
class ParcelsModule {}

const lines: string[] = [];
const logger = () => new ServiceLogger('parcels', 'info', { write: (line) => void lines.push(line) });

const start = (graceMs?: number) =>
  createService(ParcelsModule, {
    name: 'parcels',
    port: 0,
    bodyLimitBytes: 1_000,
    logger: logger(),
    ...(graceMs && { graceMs }),
  });

async function send(path: string, init?: RequestInit) {
  const answer = await fetch(`${service.url}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, text };
}

const post = (body: string, headers: Record<string, string> = {}) =>
  send('/parcels', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
  });

let service: RunningService;
beforeAll(async () => {
  service = await start();
});
afterAll(() => service.stop());

describe('a request', () => {
  test('that keeps the rules reaches the controller as its schema answers it', async () => {
    const { status, text } = await post('{"weight":2}');
    expect([status, JSON.parse(text)]).toEqual([201, { weight: 2, lines: [], key: 'k' }]);
  });

  test('keeps a sane request id, and gets one instead of an insane one', async () => {
    const kept = await send('/parcels?limit=1', { headers: { 'x-request-id': 'shopper-1' } });
    const replaced = await send('/parcels?limit=1', { headers: { 'x-request-id': 'a b"c' } });
    expect(kept.headers.get('x-request-id')).toBe('shopper-1');
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{14}7/);
  });
});

describe('a log line', () => {
  test('is JSON and carries the id of the request it was written in', async () => {
    await post('{"weight":2}', { 'x-request-id': 'logged-1' });
    const logged = lines.map((line) => JSON.parse(line)).find(({ requestId }) => requestId === 'logged-1');
    expect(logged).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'parcels',
      requestId: 'logged-1',
      context: 'parcels',
      msg: 'posted',
      key: 'k',
    });
  });
});

describe('a problem answer', () => {
  const problemIn = ({ status, type, text }: { status: number; type: string | null; text: string }) => {
    expect(type).toBe('application/problem+json; charset=utf-8');
    const body = JSON.parse(text);
    expect(body).toMatchObject({ status, title: expect.any(String), requestId: expect.any(String) });
    return body;
  };

  test('names every field and rule that is broken', async () => {
    const body = problemIn(await post('{"weight":0,"lines":[{"sku":1}],"colour":"red"}'));
    expect(body).toMatchObject({
      type: 'about:blank',
      title: 'Invalid request',
      status: 400,
      instance: '/parcels',
    });
    expect(body.errors).toEqual([
      { field: 'weight', rule: 'too_small', message: 'Too small: expected number to be >=1' },
      {
        field: 'lines.0.sku',
        rule: 'invalid_type',
        message: 'Invalid input: expected string, received number',
      },
      { field: 'colour', rule: 'unrecognized_keys', message: expect.stringContaining('colour') },
    ]);
  });

  test('names a broken header, query or path parameter', async () => {
    const header = problemIn(await post('{"weight":1}', { 'idempotency-key': 'with space' }));
    const query = problemIn(await send('/parcels?limit=11'));
    const path = problemIn(await send('/parcels/failures/unknown'));
    expect([header, query, path].map(({ errors }) => errors[0].field)).toEqual([
      'Idempotency-Key',
      'limit',
      'kind',
    ]);
  });

  test.each([
    ['malformed JSON', 400, () => post('{"weight":')],
    ['an empty body', 400, () => post('')],
    ['a body that sets __proto__', 400, () => post('{"__proto__":{"a":1}}')],
    ['a body over the limit', 413, () => post(JSON.stringify({ weight: 1, colour: 'x'.repeat(2_000) }))],
    [
      'a body that is not JSON',
      415,
      () => post('weight=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['a body that is plain text', 415, () => post('weight', { 'content-type': 'text/plain' })],
    ['an unknown route', 404, () => send('/nowhere')],
    ['an unknown method', 404, () => send('/parcels', { method: 'DELETE' })],
    ['a malformed path', 400, () => send('/parcels/failures/%E0%A4%A')],
    ['a path parameter that is too long', 414, () => send(`/parcels/failures/${'x'.repeat(900)}`)],
  ])('%s is %i', async (_name, status, answer) => {
    expect(problemIn(await answer()).status).toBe(status);
  });

  test('of an unexpected error says nothing of it, which is logged with the request id', async () => {
    const body = problemIn(await send('/parcels/failures/bug', { headers: { 'x-request-id': 'bug-1' } }));
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      instance: '/parcels/failures/bug',
      requestId: 'bug-1',
    });
    const logged = lines.map((line) => JSON.parse(line)).find(({ requestId }) => requestId === 'bug-1');
    expect(logged).toMatchObject({
      level: 'error',
      service: 'parcels',
      err: { message: 'secret table name' },
    });
  });

  test('is 503 with Retry-After when a database or broker is away', async () => {
    const answer = await send('/parcels/failures/away');
    expect(problemIn(answer).status).toBe(503);
    expect([answer.headers.get('retry-after'), answer.text.includes('secret')]).toEqual(['1', false]);
  });

  test('that refuses for now is not logged, so that refusing stays cheap', async () => {
    const answer = await send('/parcels/failures/full', { headers: { 'x-request-id': 'full-1' } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
    expect(lines.filter((line) => line.includes('full-1'))).toEqual([]);
  });

  test('may be of a kind and with headers of the controller’s own', async () => {
    const answer = await send('/parcels/failures/gone');
    expect(problemIn(answer)).toMatchObject({ type: 'https://waybill.example/gone', status: 410 });
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  test('is given even to bytes that are no HTTP', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1').end('nonsense\r\n\r\n');
    const [bytes] = await once(socket, 'data');
    expect(String(bytes)).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  });
});

describe('the documents', () => {
  test('OpenAPI holds body, query and header schemas', async () => {
    const { paths } = JSON.parse((await send('/docs-json')).text);
    const schema = paths['/parcels'].post.requestBody.content['application/json'].schema;
    const [key] = paths['/parcels'].post.parameters;
    expect(schema.properties.weight).toMatchObject({ type: 'integer', minimum: 1 });
    expect(key).toMatchObject({ in: 'header', name: 'Idempotency-Key', required: true });
    expect(paths['/parcels'].get.parameters[0]).toMatchObject({ in: 'query', name: 'limit' });
  });

  test('the page and what it loads are served', async () => {
    expect((await send('/docs')).text).toContain('<title>parcels</title>');
    expect((await send('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });
});

describe('health', () => {
  test('is ready only while every check passes; reports decide nothing', async () => {
    const health = service.app.get(Health);
    health.report('kafka', () => ({ state: 'away' }));
    health.readyWhile('database', async () => {
      throw new Error('connection refused');
    });
    const failing = await send('/health/ready');
    health.readyWhile('database', async () => undefined);
    const ready = await send('/health/ready');

    expect([failing.status, ready.status]).toEqual([503, 200]);
    expect(JSON.parse(failing.text).checks).toEqual({
      database: { ok: false, because: 'connection refused' },
    });
    expect(JSON.parse(ready.text)).toEqual({
      status: 'ok',
      checks: { database: { ok: true } },
      reports: { kafka: { state: 'away' } },
    });
  });

  test('is red, not silent, when a check hangs', async () => {
    const health = service.app.get(Health);
    health.aliveWhile('lane', () => new Promise(() => undefined));
    const { status, text } = await send('/health/live');
    health.aliveWhile('lane', async () => undefined);
    expect([status, JSON.parse(text).checks.lane.because]).toEqual([503, 'no answer within 2000 ms']);
    expect((await send('/health/live')).status).toBe(200);
  });
});

describe('stopping', () => {
  const get = async (url: string, agent: Agent) => {
    const [answer] = (await once(request(url, { agent }).end(), 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode,
      connection: answer.headers.connection,
      body: String(await answer.toArray()),
    };
  };

  test('finishes the request in flight and what drains hold, ends kept connections, then closes', async () => {
    const stopping = await start();
    const agent = new Agent({ keepAlive: true });
    const gate = stopping.app.get(Gate);
    const held = Promise.withResolvers<void>();
    stopping.app.get(Drains).register('deliveries', () => held.promise);

    const slow = get(`${stopping.url}/parcels/slow`, agent);
    await gate.entered.promise;
    const stopped = stopping.stop();
    gate.open.resolve('finished');
    expect(await slow).toEqual({ status: 200, connection: 'close', body: 'finished' });

    held.resolve();
    await stopped;
    await expect(fetch(stopping.url)).rejects.toThrow();
    agent.destroy();
  });

  test('that takes longer than the grace period fails and names what was held', async () => {
    const stopping = await start(50);
    const held = Promise.withResolvers<void>();
    stopping.app.get(Drains).register('deliveries', () => held.promise);
    await expect(stopping.stop()).rejects.toThrow('not drained within 50 ms, still held: deliveries');
    held.resolve();
  });

  test('runs the other drains to their end when one fails', async () => {
    const stopping = await start();
    let finished = false;
    stopping.app.get(Drains).register('relay', () => Promise.reject(new Error('broker away')));
    stopping.app.get(Drains).register('deliveries', async () => void (finished = true));
    await expect(stopping.stop()).rejects.toThrow('could not drain relay');
    expect(finished).toBe(true);
  });
});
