import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteAt, type Site } from '../servers/site.ts';
import { Certificates } from './certificates.ts';

export interface OwnTlsSite {
  readonly site: Site;
  readonly certificates: Certificates;
  remove(): Promise<void>;
}

/** A site of a test's own, in a folder of its own, on ports that are free. */
export async function ownTlsSite(): Promise<OwnTlsSite> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-tls-'));
  await chmod(folder, 0o755); // PostgreSQL's own user goes through it
  return {
    site: await siteIn(folder),
    certificates: new Certificates(join(folder, 'certificates')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function siteIn(folder: string): Promise<Site> {
  const [kafka, amongThemselves, controller, rabbitmq, rabbitmqDistribution, epmd, postgres, redis] =
    (await freePorts(8)) as [number, number, number, number, number, number, number, number];
  const site = siteAt('tls', folder, 0, 0);
  return {
    ...site,
    ports: {
      ...site.ports,
      kafka: [kafka, amongThemselves, 0],
      kafkaControllers: [controller, 0, 0],
      rabbitmq,
      rabbitmqDistribution,
      epmd,
      postgres,
      redis,
    },
  };
}

/** All held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
