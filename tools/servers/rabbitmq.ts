import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from './server.ts';
import type { Site } from './site.ts';

/**
 * A node of its own: name, folders, cookie (in HOME) and port mapper. The port mapper runs as a process of ours,
 * because the one that Erlang starts by itself would outlive us.
 */
export function rabbitmqServers(site: Site): Server[] {
  const folder = join(site.folder, 'rabbitmq');
  return [portMapper(site), node(site, folder)];
}

function portMapper({ ports }: Site): Server {
  return {
    name: 'epmd',
    command: '/usr/bin/epmd',
    args: ['-port', String(ports.epmd), '-address', '127.0.0.1'],
    port: ports.epmd,
    stopSignal: 'SIGTERM',
    prepare: async () => undefined,
  };
}

function node({ name, ports }: Site, folder: string): Server {
  return {
    name: 'rabbitmq',
    command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    args: [],
    env: {
      HOME: folder,
      RABBITMQ_NODENAME: `waybill-${name}@localhost`,
      RABBITMQ_DIST_PORT: String(ports.rabbitmqDistribution),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      ERL_EPMD_PORT: String(ports.epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // The script then becomes the server instead of waiting for it, so that its pid is the one to signal.
      RABBITMQ_ALLOW_INPUT: 'true',
      // Two busy-waiting schedulers would take a whole core of a small machine.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
        '-start_epmd false -noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
    },
    port: ports.rabbitmq,
    stopSignal: 'SIGTERM',
    prepare: async () => {
      await mkdir(join(folder, 'log'), { recursive: true });
      await writeFile(join(folder, 'enabled_plugins'), '[].\n');
      await writeFile(join(folder, 'rabbitmq.conf'), configuration(ports.rabbitmq));
    },
  };
}

/** A node killed while it holds messages must come back with them: no limit of ours may stop it from starting. */
const configuration = (port: number): string => `listeners.tcp.1 = 127.0.0.1:${port}
loopback_users = none
disk_free_limit.absolute = 200MB
log.file.level = info
`;
