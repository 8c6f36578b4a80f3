import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { siteAt, type Site } from '../servers/site.ts';

/** A site of a test's own on ports that are free. */
export async function tlsSite(folder: string): Promise<Site> {
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
