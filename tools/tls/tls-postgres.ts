import { chmod, chown, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { postgresServer, userId } from '../servers/postgres.ts';
import type { Server } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import type { Certificate } from './certificates.ts';

const filesOf = ({ folder }: Site) => ({
  ssl_cert_file: join(folder, 'postgres/server.pem'),
  ssl_key_file: join(folder, 'postgres/server.key'),
  ssl_ca_file: join(folder, 'postgres/clients.pem'),
  hba_file: join(folder, 'postgres/hba'),
});

/** Over TCP it takes TLS with a password only; over its socket, which is ours, anything. */
export function tlsPostgres(site: Site, certificate: Certificate, clientsOf?: string): Server {
  const server = postgresServer(site);
  const settings = { ssl: 'on', shared_buffers: '16MB', ...filesOf(site) };
  return {
    ...server,
    args: [
      ...server.args,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    prepare: async () => {
      await server.prepare();
      const asked = clientsOf ? ' clientcert=verify-ca' : '';
      const rules = `local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256${asked}\n`;
      await writeFile(filesOf(site).hba_file, rules);
      await placeCertificate(site, certificate, clientsOf);
    },
  };
}

/** It reads a key only when nobody else can, so it gets a copy of its own. */
async function placeCertificate(
  site: Site,
  { certificate, key }: Certificate,
  clientsOf = certificate,
): Promise<void> {
  const files = filesOf(site);
  await copyFile(certificate, files.ssl_cert_file);
  await copyFile(key, files.ssl_key_file);
  await copyFile(clientsOf, files.ssl_ca_file);
  await chmod(files.ssl_key_file, 0o600);
  const identity = await userId('postgres');
  if (identity) for (const file of Object.values(files)) await chown(file, identity.uid, identity.gid);
}

export async function setPostgresPassword(
  { folder, ports }: Site,
  user: string,
  password: string,
): Promise<void> {
  const host = join(folder, 'postgres');
  const client = new pg.Client({ host, port: ports.postgres, user, database: 'postgres' });
  await client.connect();
  await client.query(`ALTER USER ${user} PASSWORD '${password}'`).finally(() => client.end());
}
