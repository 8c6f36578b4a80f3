import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { resetConnection } from './reset-connection.js';

/** What the server's side hears of a client that does this and is reset. */
async function heardOf(before: (client: Socket) => void): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const failed = new Promise((resolve) => client.once('error', resolve));
  const closed = new Promise((resolve) => client.once('close', resolve));
  const [[accepted]] = await Promise.all([connection, once(client, 'connect')]);
  const heard = new Promise((resolve) => {
    accepted.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    accepted.once('end', () => resolve('end')).resume();
  });
  before(client);
  resetConnection(client);
  const how = await Promise.race([failed, closed.then(() => 'closed')]);
  server.close();
  return [how, await heard];
}

test('a connection is reset', async () => {
  expect(await heardOf(() => undefined)).toEqual(['closed', 'ECONNRESET']);
});

test('one that is being ended is closed, and no handle of it stays', async () => {
  expect(await heardOf((client) => client.end())).toEqual(['closed', 'end']);
});
