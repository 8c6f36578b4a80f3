import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from './server.ts';
import type { Site } from './site.ts';

/** Keeps what it has answered, also when it is killed: each write is synced to disk, and nothing is evicted. */
export function redisServer({ folder, ports }: Site): Server {
  const data = join(folder, 'redis');
  const options = {
    port: ports.redis,
    bind: '127.0.0.1',
    dir: data,
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    save: '',
  };
  return {
    name: 'redis',
    command: '/usr/bin/redis-server',
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    port: ports.redis,
    stopSignal: 'SIGTERM',
    prepare: async () => void (await mkdir(data, { recursive: true })),
  };
}
