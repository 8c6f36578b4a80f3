import { describe, expect, test } from '@jest/globals';
import { lines, RunningParcels } from '../testing/parcels-service.js';

const parcels = new RunningParcels();
const { send, post } = parcels;

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
