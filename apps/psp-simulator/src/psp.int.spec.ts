import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createService,
  httpOptions,
  readSettings,
  ServiceLogger,
  type RunningService,
} from '@waybill/service-kit';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { pspSettings } from './config.js';
import { PspModule } from './psp.module.js';

let database: ThrowawayDatabase;
let service: RunningService;

beforeAll(async () => {
  database = await throwawayDatabase({ migrations: new URL('../prisma/migrations', import.meta.url) });
  const logger = new ServiceLogger('psp-simulator', 'silent');
  const module = PspModule.with({ PORT: 0, DATABASE_URL: database.url });
  service = await createService(module, { name: 'psp-simulator', port: 0, logger });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

beforeEach(() => behave({}));

describe('a charge', () => {
  test('is taken once, however often it is asked for', async () => {
    const key = randomUUID();
    const asks = await Promise.all(Array.from({ length: 10 }, () => charge(key)));
    expect(asks.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(asks.map(({ body }) => body.chargeId)).size).toBe(1);
  });

  test('of a known key with another amount is refused, and changes nothing', async () => {
    const key = randomUUID();
    const orderId = randomUUID();
    await charge(key, { orderId });
    const { status, body } = await charge(key, { orderId, amountCents: 1 });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'Idempotency-Key', rule: 'same-charge' })]);
    expect(await chargesOf(orderId)).toMatchObject([{ amountCents: 1177 }]);
  });

  test.each([
    ['no key', undefined, {}, 'Idempotency-Key'],
    ['a negative amount', randomUUID(), { amountCents: -1 }, 'amountCents'],
    ['a fraction of a cent', randomUUID(), { amountCents: 0.5 }, 'amountCents'],
    ['an unknown currency form', randomUUID(), { currency: 'usd' }, 'currency'],
    ['a field of no meaning', randomUUID(), { amount: 3 }, 'amount'],
  ])('with %s is refused', async (_, key, fields, field) => {
    const { status, body } = await charge(key, fields);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
  });
});

describe('a refund', () => {
  const refund = (key: string) => ask('PUT', `/charges/${key}/refund`);

  test('is made once however often it is asked for, shows in the books, and leaves the charge captured', async () => {
    const key = randomUUID();
    const orderId = randomUUID();
    await charge(key, { orderId });
    const before = (await ask('GET', '/ledger')).body;
    const asks = await Promise.all(Array.from({ length: 5 }, () => refund(key)));
    expect(asks.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(new Set(asks.map(({ body }) => body.refundedAt)).size).toBe(1);
    expect((await ask('GET', '/ledger')).body).toEqual({
      ...before,
      refunded: before.refunded + 1,
      refundedCents: before.refundedCents + 1_177,
    });
    expect(await chargesOf(orderId)).toMatchObject([{ status: 'captured' }]);
  });

  test('of what was never captured is refused', async () => {
    const key = randomUUID();
    expect(await refund(key)).toMatchObject({ status: 404 });
    await cancel(key);
    expect(await refund(key)).toMatchObject({ status: 409, body: { status: 'cancelled' } });
  });
});

describe('a cancellation', () => {
  test('makes a key unchargeable', async () => {
    const key = randomUUID();
    expect(await cancel(key)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await charge(key)).toMatchObject({ status: 409, body: { status: 'cancelled' } });
    expect(await cancel(key)).toMatchObject({ status: 200 });
  });

  test.each([0, 1])('comes too late for a charge, with a decline rate of %i', async (declineRate) => {
    await behave({ declineRate });
    const key = randomUUID();
    const { body } = await charge(key);
    expect(await cancel(key)).toMatchObject({ status: 409, body: { status: body.status } });
  });

  test('and a charge at the same time agree on one outcome', async () => {
    for (let round = 0; round < 20; round++) {
      const key = randomUUID();
      const [charged, cancelled] = await Promise.all([charge(key), cancel(key)]);
      expect(charged.body.status).toBe(cancelled.body.status);
    }
  });
});

describe('misbehaving', () => {
  test('a decline is final', async () => {
    await behave({ declineRate: 1 });
    const key = randomUUID();
    expect(await charge(key)).toMatchObject({ status: 201, body: { status: 'declined' } });
    await behave({});
    expect(await charge(key)).toMatchObject({ status: 200, body: { status: 'declined' } });
  });

  test('an error comes once for each key, and carries nothing out', async () => {
    await behave({ errorRate: 1 });
    const [key, orderId] = [randomUUID(), randomUUID()];
    expect((await charge(key, { orderId })).status).toBe(500);
    expect(await chargesOf(orderId)).toEqual([]);
    expect((await charge(key, { orderId })).status).toBe(201);
  });

  test('silence hides a charge that was taken', async () => {
    await behave({ timeoutAfterChargeRate: 1 });
    const [key, orderId] = [randomUUID(), randomUUID()];
    const patience = new AbortController();
    const unanswered = charge(key, { orderId }, patience.signal);
    await eventually(async () => expect(await chargesOf(orderId)).toMatchObject([{ status: 'captured' }]));
    // Whoever comes later is answered; by then the first would have been.
    expect((await charge(key, { orderId })).status).toBe(200);
    patience.abort();
    await expect(unanswered).rejects.toThrow(/aborted/);
  });

  test('a delay passes before anything is carried out', async () => {
    await behave({ delayMs: 2_000 });
    const key = randomUUID();
    const taken = once(service.app.getHttpServer(), 'request');
    const late = charge(key);
    await taken; // it waits as long as was said when it came
    await behave({});
    expect((await cancel(key)).status).toBe(200);
    expect((await late).status).toBe(409);
  });

  test('strikes its share of the keys', async () => {
    await behave({ declineRate: 0.3 });
    const asks = await Promise.all(Array.from({ length: 200 }, () => charge(randomUUID())));
    const declined = asks.filter(({ body }) => body.status === 'declined').length;
    expect(declined).toBeGreaterThan(30);
    expect(declined).toBeLessThan(90);
  });

  test('a rate above 1 is refused, and the last behaviour stays', async () => {
    await behave({ delayMs: 7 });
    const { status, body } = await ask('PUT', '/behaviour', { declineRate: 1.5 });
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'declineRate' })]);
    expect((await ask('GET', '/behaviour')).body).toMatchObject({ delayMs: 7 });
  });
});

test('the ledger counts what was taken and what was declined', async () => {
  const before = (await ask('GET', '/ledger')).body;
  await charge(randomUUID());
  await charge(randomUUID(), { amountCents: 23 });
  await behave({ declineRate: 1 });
  await charge(randomUUID());
  expect((await ask('GET', '/ledger')).body).toEqual({
    ...before,
    captured: before.captured + 2,
    declined: before.declined + 1,
    capturedCents: before.capturedCents + 1200,
  });
});

test('with keys, a merchant may charge, and only an admin changes how the provider behaves', async () => {
  const entry = (key: string, role: string) =>
    `${key}:${createHash('sha256').update(key).digest('hex')}:${role}`;
  const API_KEYS = [entry('merchant', 'customer'), entry('operator', 'admin')].join();
  const settings = readSettings(pspSettings, { PORT: '0', DATABASE_URL: database.url, API_KEYS });
  const logger = new ServiceLogger('psp-simulator', 'silent');
  const guarded = await createService(PspModule.with(settings), {
    name: 'psp',
    logger,
    ...httpOptions(settings),
  });
  const status = async (method: string, path: string, key: string) =>
    (await fetch(guarded.url + path, { method, headers: { 'x-api-key': key } })).status;
  expect(await status('GET', '/charges?orderId=o', 'merchant')).toBe(200);
  expect(await status('GET', '/charges?orderId=o', 'stranger')).toBe(401);
  expect(await status('PUT', '/behaviour', 'merchant')).toBe(403);
  expect(await status('PUT', '/behaviour', 'operator')).toBe(400); // let through, to say that there is no body
  await guarded.stop();
});

function charge(key: string | undefined, fields: object = {}, signal?: AbortSignal) {
  const body = { orderId: `order of ${key}`, amountCents: 1177, currency: 'USD', ...fields };
  return ask('POST', '/charges', body, { ...(key && { 'idempotency-key': key }) }, signal);
}

const cancel = (key: string) => ask('PUT', `/charges/${key}/cancellation`);

async function behave(behaviour: object): Promise<void> {
  expect((await ask('PUT', '/behaviour', behaviour)).status).toBe(200);
}

async function chargesOf(orderId: string): Promise<unknown[]> {
  return (await ask('GET', `/charges?orderId=${orderId}`)).body.charges;
}

async function ask(method: string, path: string, body?: object, headers?: object, signal?: AbortSignal) {
  const json = body && { 'content-type': 'application/json' };
  const response = await fetch(service.url + path, {
    method,
    headers: { ...json, ...headers },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- every answer of the API is looked at here
  return { status: response.status, body: (await response.json()) as any };
}
