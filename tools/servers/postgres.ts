import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresBin } from './packages.ts';
import type { Server } from './server.ts';
import { ServerError } from './servers.errors.ts';
import type { Site } from './site.ts';

const execute = promisify(execFile);

/** PostgreSQL refuses to run as root, so it runs as the user of its Debian package then. */
export function postgresServer({ folder, ports }: Site): Server {
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  const bin = postgresBin();
  if (!bin) throw new ServerError('PostgreSQL is not installed. Run: sudo apt-get install -y postgresql');
  return {
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(ports.postgres),
      '-k',
      home,
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    user: 'postgres',
    port: ports.postgres,
    stopSignal: 'SIGINT',
    prepare: async () => {
      if (existsSync(join(data, 'PG_VERSION'))) return;
      const identity = await userId('postgres');
      await mkdir(home, { recursive: true });
      if (identity) await chown(home, identity.uid, identity.gid);
      // Made aside and renamed: it writes PG_VERSION first, so that one interrupted half way would pass for made.
      const aside = `${data}.partial`;
      await rm(aside, { recursive: true, force: true });
      const initdb = [
        '-D',
        aside,
        '-U',
        'waybill',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--no-sync',
        '--locale=C.UTF-8',
      ];
      await execute(join(bin, 'initdb'), initdb, identity ?? {});
      await rename(aside, data);
    },
  };
}

/** As durable as PostgreSQL comes (fsync and synchronous_commit are on); only sizes differ from its defaults. */
const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=300',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'checkpoint_timeout=15min',
  'wal_compression=on',
  'log_min_messages=warning',
  'log_checkpoints=off',
];

/** The ids of a system user, when we are root and may become it; nothing otherwise. */
export async function userId(user: string): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, user])));
  return { uid: Number(uid!.stdout), gid: Number(gid!.stdout) };
}
