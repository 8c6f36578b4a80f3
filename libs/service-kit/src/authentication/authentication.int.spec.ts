import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Module, Put } from '@nestjs/common';
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { createService, type RunningService } from '../lifecycle/create-service.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { TokenIssuer } from '../testing/token-issuer.js';
import { apiKeysIn } from './api-keys.js';
import { Authentication } from './authentication.js';
import { ForCustomers, RequestCaller } from './authentication.guard.js';
import { Caller } from './caller.js';

@Controller('parcels')
class ParcelsController {
  @Get()
  @ForCustomers()
  own(@RequestCaller() caller: Caller) {
    caller.actFor('customer-1');
    return { for: caller.onlyCustomer ?? 'all' };
  }

  /** Not marked: for admins. */
  @Put()
  change() {
    return {};
  }
}

@Module({ controllers: [ParcelsController] })
class Parcels {}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const apiKeys = apiKeysIn(`customer-1:${sha256('key-of-1')}, back-office:${sha256('key-of-admin')}:admin`);

let issuer: TokenIssuer;
let service: RunningService;
let log = '';

beforeAll(async () => {
  issuer = await TokenIssuer.start();
  service = await serve({ jwksUrl: issuer.jwksUrl });
});
afterAll(async () => {
  await service.stop();
  await issuer.stop();
});

function serve(source: { jwksUrl: string } | { publicKey: string }): Promise<RunningService> {
  const tokens = { ...source, issuer: 'issuer', audience: 'orders' };
  const logger = new ServiceLogger('parcels', 'trace', { write: (line) => void (log += line) });
  const authentication = new Authentication({ apiKeys, tokens });
  return createService(Parcels, { name: 'parcels', port: 0, authentication, logger });
}

const ask = (headers: Record<string, string>, method = 'GET', path = '/parcels') =>
  fetch(service.url + path, { method, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const withToken = async (changes: JWTPayload, method = 'GET') =>
  (await ask(bearer(await issuer.token(changes)), method)).status;

test('a request without a credential is answered 401, with the ways to prove oneself', async () => {
  const answer = await ask({});
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="waybill", ApiKey realm="waybill"');
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 401, title: 'Unauthorized', instance: '/parcels' });
});

test('a customer may do what is for customers, and only that', async () => {
  expect(await (await ask({ 'x-api-key': 'key-of-1' })).json()).toEqual({ for: 'customer-1' });
  const answer = await ask({ 'x-api-key': 'key-of-1' }, 'PUT');
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ detail: 'This needs the role admin.' });
});

test('an admin may do everything, for everybody', async () => {
  expect(await (await ask({ 'x-api-key': 'key-of-admin' })).json()).toEqual({ for: 'all' });
  expect((await ask({ 'x-api-key': 'key-of-admin' }, 'PUT')).status).toBe(200);
  expect(await withToken({ roles: ['admin'], sub: 'somebody' }, 'PUT')).toBe(200);
});

test('roles are a claim of their own, or words of the scope', async () => {
  expect(await withToken({})).toBe(200);
  expect(await withToken({ roles: undefined, scope: 'openid admin' }, 'PUT')).toBe(200);
  expect(await withToken({ roles: undefined })).toBe(403);
  expect(await withToken({ roles: ['administrator'] }, 'PUT')).toBe(403);
});

test('a customer does not act for another one, and is told which field is wrong', async () => {
  const answer = await ask(bearer(await issuer.token({ sub: 'customer-2' })));
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'customerId', rule: 'own' }] });
});

describe('is refused with 401:', () => {
  const inThePast = Math.floor(Date.now() / 1_000) - 60;
  test.each<[string, JWTPayload]>([
    ['an expired token', { exp: inThePast }],
    ['a token that never expires', { exp: undefined }],
    ['a token of another issuer', { iss: 'somebody' }],
    ['a token for another audience', { aud: 'payments' }],
    ['a token of nobody', { sub: undefined }],
    ['a token that holds only later', { nbf: inThePast + 3_600 }],
  ])('%s', async (_, changes) => expect(await withToken(changes)).toBe(401));

  const claims = { sub: 'customer-1', roles: ['admin'] };
  test('a token without a signature (alg none)', async () => {
    const token = new UnsecuredJWT(claims).setIssuer('issuer').setAudience('orders').setExpirationTime('1m');
    expect((await ask(bearer(token.encode()))).status).toBe(401);
  });

  test('a token signed with another key of the same name', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect((await ask(bearer(await issuer.token({}, privateKey)))).status).toBe(401);
  });

  test('a token signed with the public key as if that were a shared secret', async () => {
    const publicKey = await issuer.publicPem();
    const behindPem = await serve({ publicKey });
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('issuer');
    const signed = await token.setAudience('orders').setExpirationTime('1m').sign(Buffer.from(publicKey));
    const [forged, honest] = [signed, await issuer.token()].map((each) =>
      fetch(`${behindPem.url}/parcels`, { headers: bearer(each) }),
    );
    expect([(await forged!).status, (await honest!).status]).toEqual([401, 200]);
    await behindPem.stop();
  });

  test.each([
    ['of nobody', 'key-of-2'],
    ['that is the hash of one', sha256('key-of-1')],
    ['without an end', 'x'.repeat(5_000)],
  ])('a key %s', async (_, key) => {
    const answer = await ask({ 'x-api-key': key });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(key);
  });

  test('something that is no token', async () => {
    const answer = await ask(bearer('nonsense'));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

test('an issuer that does not answer is no fault of the caller: 503, come again', async () => {
  const away = await serve({ jwksUrl: 'http://127.0.0.1:1/jwks' });
  const answer = await fetch(`${away.url}/parcels`, { headers: bearer(await issuer.token()) });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  await away.stop();
});

test('health and metrics are asked by platforms, which hold no keys', async () => {
  expect((await ask({}, 'GET', '/health/ready')).status).toBe(200);
  expect((await ask({}, 'GET', '/health/live')).status).toBe(200);
  expect((await ask({}, 'GET', '/metrics')).status).toBe(404); // no telemetry here
});

test('no other address is open, however it is written', async () => {
  for (const path of ['/parcels?/health/', '/parcels/', '//parcels', '/health/../parcels'])
    expect([401, 404]).toContain((await ask({}, 'GET', path)).status);
});

test('the OpenAPI document says how to prove oneself, and what needs it', async () => {
  const document = (await (await ask({}, 'GET', '/docs-json')).json()) as Record<string, never>;
  expect(document).toMatchObject({
    security: [{ apiKey: [] }, { token: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    paths: { '/health/ready': { get: { security: [] } } },
  });
});

test('nothing of a key or token is logged', async () => {
  const token = await issuer.token({ sub: 'customer-2' });
  await ask({ 'x-api-key': 'key-of-admin' });
  await ask(bearer(token));
  expect(log).not.toContain('key-of');
  expect(log).not.toContain(token.split('.')[2]);
});
