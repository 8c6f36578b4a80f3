import { expect, test } from '@jest/globals';
import type { OutgoingMessage, Publisher } from '@waybill/messaging';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { claimChecking } from './claim-checking-publisher.js';
import { ClaimStore } from './claim-store.js';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const inner: Publisher = {
  publish: async (batch) => batch.map(() => ({ status: 'confirmed' })),
  close: async () => undefined,
};
const outgoing = (id: string, invoice: string): OutgoingMessage => ({
  address: 'q',
  message: { key: 'k', attributes: { id }, headers: {}, body: Buffer.from(JSON.stringify({ invoice })) },
});
const id = '01a20e29-2240-7000-8ed0-d8d3114de73d';

test('what the store will never take is refused, not tried again for ever', async () => {
  const store = new ClaimStore({
    ...{ bucket: 'b', prefix: 'p', endpoint: 'http://127.0.0.1:1', credentials, maxBytes: 2_000 },
  });
  const publisher = claimChecking(inner, { store, fields: { q: ['invoice'] } });
  const batch = [outgoing(id, 'x'.repeat(2_001)), outgoing(id, 'small')];
  expect(await publisher.publish(batch)).toMatchObject([{ status: 'refused' }, { status: 'unknown' }]);
  store.close();
});

test('an answer that stops in the middle of an object ends with the request’s time, and costs no attempt', async () => {
  const stalling = createServer((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
  }).listen(0, '127.0.0.1');
  await once(stalling, 'listening');
  const endpoint = `http://127.0.0.1:${(stalling.address() as AddressInfo).port}`;
  const store = new ClaimStore({ bucket: 'b', prefix: 'p', endpoint, credentials, timeoutMs: 200 });
  const claim = { key: `p/${id}/invoice`, sha256: '', bytes: 10, encoding: 'identity' } as const;
  await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_STORE_AWAY' });
  store.close();
  stalling.closeAllConnections();
  stalling.close();
});
