import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WakeChannel } from './wake-channel.js';
import { relaySettings } from './relay.options.js';

/** Accepts every connection and says nothing, as a server that was stopped in its tracks. */
const sockets: Socket[] = [];
let silent: Server;
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('stopping waits for no database that has stopped answering', async () => {
  silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const databaseUrl = `postgres://test@127.0.0.1:${(silent.address() as AddressInfo).port}/test`;
  const events = { emit: () => undefined };
  const channel = new WakeChannel(
    relaySettings({ databaseUrl, publishers: {}, owner: 'test', events }),
    () => undefined,
  );
  channel.start();
  await once(silent, 'connection');
  await expect(channel.stop()).resolves.toBeUndefined();
});
