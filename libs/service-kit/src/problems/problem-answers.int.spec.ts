import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { lines, RunningParcels } from '../testing/parcels-service.js';

const parcels = new RunningParcels();
const { send, post } = parcels;

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
    const socket = connect(Number(new URL(parcels.service.url).port), '127.0.0.1').end('nonsense\r\n\r\n');
    const [bytes] = await once(socket, 'data');
    expect(String(bytes)).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  });
});
