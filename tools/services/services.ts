import { join } from 'node:path';
import { boundedHeap } from '../servers/bounded-heap.ts';
import type { Server } from '../servers/server.ts';
import { environmentOf } from '../servers/servers.ts';
import { repository, serviceNames, type ServiceName, type Site } from '../servers/site.ts';

const databases: Record<ServiceName, string> = {
  order: 'ORDERS_DATABASE_URL',
  payment: 'PAYMENTS_DATABASE_URL',
  audit: 'AUDIT_DATABASE_URL',
  notification: 'NOTIFICATION_DATABASE_URL',
  'psp-simulator': 'PSP_DATABASE_URL',
};

/** Our services as processes of a site, the one that others call first. */
export function servicesOf(site: Site): Server[] {
  return serviceNames.map((name) => serviceOf(name, site));
}

function serviceOf(name: ServiceName, site: Site): Server {
  const environment = environmentOf(site);
  const port = site.ports.services[name];
  return {
    name,
    command: process.execPath,
    args: [...boundedHeap, '--enable-source-maps', join(repository, `apps/${name}/dist/main.js`)],
    env: { ...environment, PORT: String(port), DATABASE_URL: environment[databases[name]]! },
    port,
    stopSignal: 'SIGTERM',
    prepare: async () => undefined,
  };
}
