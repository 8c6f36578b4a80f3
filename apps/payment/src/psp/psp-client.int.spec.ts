import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { PspClient } from './psp-client.js';

test('the provider is told our key with every question', async () => {
  const told: (string | string[] | undefined)[] = [];
  const server = createServer(({ headers }, answer) => {
    told.push(headers['x-api-key']);
    answer.writeHead(409).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new PspClient({ url, timeoutMs: 5_000, apiKey: 'ours' });
  const payment = { orderId: 'o', paymentId: 'p', amountCents: 1, currency: 'USD' };
  await client.charge(payment);
  await client.cancel(payment);
  expect(told).toEqual(['ours', 'ours']);
  server.closeAllConnections();
  await once(server.close(), 'close');
});
