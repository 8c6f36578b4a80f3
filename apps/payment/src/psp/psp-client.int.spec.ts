import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
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

test('what is asked of the provider is measured, also what is not answered', async () => {
  const stop = await startTelemetry('psp-client-test', {});
  const server = createServer((_, answer) => void answer.writeHead(200).end('{}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const payment = { orderId: 'o', paymentId: 'p', amountCents: 1, currency: 'USD' };
  const client = new PspClient({ url: `http://127.0.0.1:${port}`, timeoutMs: 5_000 });
  await client.charge(payment);
  server.closeAllConnections();
  await once(server.close(), 'close');
  await client.cancel(payment);

  const family = 'http_client_request_duration_count';
  const lines = (await metricsPage())!.split('\n').filter((line) => line.startsWith(family));
  const asked = (method: string, became: string) =>
    `${family}{http_request_method="${method}",server_address="127.0.0.1",${became}} 1`;
  expect(lines).toEqual([
    asked('POST', 'http_response_status_code="200"'),
    asked('PUT', 'error_type="TypeError"'),
  ]);
  await stop();
});
