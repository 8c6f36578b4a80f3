import { expect, test } from '@jest/globals';
import type { OutgoingMessage } from '@waybill/messaging';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { normalise } from './rabbitmq.options.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';
import { rabbitmqRpcClient } from './rpc/rpc-client.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const outgoing = (): OutgoingMessage => ({
  address: 'q',
  message: { key: '', attributes: {}, headers: {}, body: new Uint8Array(1_024) },
});

async function keptOf(references: readonly WeakRef<ArrayBufferLike>[]) {
  await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds on until the turn in which it was asked has ended
  collectGarbage();
  return references.filter((each) => each.deref());
}

test('what could not be published while the broker is away is kept no longer than its answer', async () => {
  const options = normalise({ url: 'amqp://127.0.0.1:1', publishTimeoutMs: 20 });
  const publisher = new RabbitmqPublisher(options, 'test').open();
  const kept: WeakRef<ArrayBufferLike>[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const batch = [outgoing()];
    kept.push(new WeakRef(batch[0]!.message.body.buffer));
    expect(await publisher.publish(batch)).toMatchObject([{ status: 'unknown' }]);
  }
  expect(await keptOf(kept.slice(0, -1))).toEqual([]);
  await publisher.close();
});

test('a question nobody could be asked is kept no longer than its limit', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const client = rabbitmqRpcClient({ url: `amqp://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const kept: WeakRef<ArrayBufferLike>[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const body = new Uint8Array(1_024);
    kept.push(new WeakRef(body.buffer));
    await expect(client.call({ queue: 'q', body, limitMs: 20 })).rejects.toThrow('no answer');
  }
  expect(await keptOf(kept.slice(0, -1))).toEqual([]);
  await client.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
});
