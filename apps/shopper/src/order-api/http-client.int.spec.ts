import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { HttpClient } from './http-client.js';

test('a key is sent along with every question, and nothing in its place without one', async () => {
  const server = createServer(({ headers }, answer) => answer.end(headers['x-api-key'] ?? 'none'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers = [{ apiKey: 'secret' }, {}].map(async (key) => {
    const client = new HttpClient(url, { connections: 1, timeoutMs: 5_000, ...key });
    const { body } = await client.send({ method: 'GET', path: '/', headers: { other: 'header' } });
    client.close();
    return body;
  });
  expect(await Promise.all(answers)).toEqual(['secret', 'none']);
  await once(server.close(), 'close');
});
