import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from '../servers/launch.ts';
import { rabbitmqServers } from '../servers/rabbitmq.ts';
import { redisServer } from '../servers/redis.ts';
import { stopServer } from '../servers/running.ts';
import type { Server } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import { allOrNone } from '../start/all-or-none.ts';
import type { Certificate } from './certificates.ts';
import { makeTopic, tlsKafka } from './tls-kafka.ts';
import { setPostgresPassword, tlsPostgres } from './tls-postgres.ts';

export const user = 'waybill';
export const password = 'right-password';
/** On Kafka. */
export const topic = 'tls-test';

/** One of each that speaks TLS only and wants a password; each with the certificate given. */
export class TlsServers {
  private readonly site: Site;
  private readonly servers: readonly Server[];

  /** With `clientsOf`, the file of an authority, all but Redis want a certificate of it from their clients too. */
  constructor(site: Site, certificate: Certificate, clientsOf?: string) {
    this.site = site;
    this.servers = [
      tlsRedis(site, certificate),
      tlsPostgres(site, certificate, clientsOf),
      ...tlsRabbitmq(site, certificate, clientsOf),
      tlsKafka(site, certificate, { user, password, clientsOf }),
    ];
  }

  async start(): Promise<void> {
    const [portMapper, others] = [isPortMapper, (server: Server) => !isPortMapper(server)].map((kind) =>
      this.servers.filter(kind),
    );
    for (const server of portMapper!) await launch(this.site, server);
    // Whoever stops them after a failure must find all that was started.
    await allOrNone(
      new AbortController().signal,
      others!.map((server) => (either: AbortSignal) => launch(this.site, server, either)),
    );
    await setPostgresPassword(this.site, user, password);
    await makeTopic(this.site, topic);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => stopServer(this.site, server)));
  }
}

const isPortMapper = ({ name }: Server): boolean => name === 'epmd';

function tlsRedis(site: Site, { certificate, key }: Certificate): Server {
  const { args, ...server } = redisServer(site);
  const tls = { port: 0, 'tls-port': site.ports.redis, 'tls-cert-file': certificate, 'tls-key-file': key };
  const options = {
    ...tls,
    'tls-ca-cert-file': certificate,
    'tls-auth-clients': 'no',
    requirepass: password,
  };
  return {
    ...server,
    args: [...args, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])],
  };
}

function tlsRabbitmq(site: Site, certificate: Certificate, clientsOf?: string): Server[] {
  return rabbitmqServers(site).map((server) =>
    isPortMapper(server)
      ? server
      : {
          ...server,
          prepare: async () => {
            await server.prepare();
            const file = join(site.folder, 'rabbitmq/rabbitmq.conf');
            const plain = /^listeners\.tcp\.1.*$/m;
            await writeFile(
              file,
              (await readFile(file, 'utf8')).replace(plain, rabbitmqTls(site, certificate, clientsOf)),
            );
          },
        },
  );
}

const rabbitmqTls = (
  { ports }: Site,
  { certificate, key }: Certificate,
  clientsOf?: string,
): string => `listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:${ports.rabbitmq}
ssl_options.cacertfile = ${clientsOf ?? certificate}
ssl_options.certfile = ${certificate}
ssl_options.keyfile = ${key}
ssl_options.verify = ${clientsOf ? 'verify_peer' : 'verify_none'}
ssl_options.fail_if_no_peer_cert = ${Boolean(clientsOf)}
default_user = ${user}
default_pass = ${password}`;
