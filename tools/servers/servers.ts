import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allOrNone } from '../start/all-or-none.ts';
import { awsEnvironment, fauxqsServer } from './fauxqs.ts';
import { installKafka, kafkaServers } from './kafka.ts';
import { launch } from './launch.ts';
import { installPackages } from './packages.ts';
import { mailSink } from './mail-sink.ts';
import { postgresServer } from './postgres.ts';
import { rabbitmqServers } from './rabbitmq.ts';
import { redisServer } from './redis.ts';
import { stopServer } from './running.ts';
import type { Server } from './server.ts';
import { serviceNames, type Site } from './site.ts';

type Report = (line: string) => void;

interface Starting {
  /** Default: all. */
  readonly isWanted?: (name: string) => boolean;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
}

/** Brings up the wanted servers of a site that do not run yet, and writes the site's `env` file. */
export async function startServers(
  site: Site,
  report: Report,
  { isWanted = () => true, signal = new AbortController().signal }: Starting = {},
): Promise<Record<string, string>> {
  await installPackages(report, signal);
  const others = serversOf(site).filter((server) => isNotKafka(server) && isWanted(server.name));
  // Whoever stops them after a failure must find all that was started, so none may still be starting then.
  await allOrNone(signal, [
    (either) => launchAll(site, others, report, either),
    async (either) => isWanted('kafka-1') && startKafka(site, report, either),
  ]);
  await mkdir(site.folder, { recursive: true });
  const environment = environmentOf(site);
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(site.folder, 'env'), lines.join(''));
  return environment;
}

async function startKafka(site: Site, report: Report, signal: AbortSignal): Promise<void> {
  await mkdir(site.folder, { recursive: true });
  await installKafka(report, signal);
  await allOrNone(
    signal,
    kafkaServers(site).map((server) => (either: AbortSignal) => launch(site, server, either)),
  );
  report('Kafka is up (3 brokers)');
}

async function launchAll(
  site: Site,
  servers: readonly Server[],
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const portMapperFirst = servers.filter(({ name }) => name === 'epmd');
  for (const server of portMapperFirst) await launch(site, server, signal);
  const launched = (server: Server) => async (either: AbortSignal) => {
    await launch(site, server, either);
    report(`${server.name} is up`);
  };
  await allOrNone(signal, servers.filter((server) => !portMapperFirst.includes(server)).map(launched));
}

const isNotKafka = ({ name }: Server): boolean => !name.startsWith('kafka-');

/** In the reverse order of dependence; servers that do not run are passed over. */
export async function stopServers(site: Site): Promise<void> {
  const servers = serversOf(site);
  await Promise.all(servers.filter(({ name }) => name !== 'epmd').map((server) => stopServer(site, server)));
  await Promise.all(servers.filter(({ name }) => name === 'epmd').map((server) => stopServer(site, server)));
}

export function serversOf(site: Site): Server[] {
  return [
    postgresServer(site),
    redisServer(site),
    fauxqsServer(site),
    mailSink(site),
    ...rabbitmqServers(site),
    ...kafkaServers(site),
  ];
}

const urlVariables = {
  order: 'ORDER_URL',
  payment: 'PAYMENT_URL',
  audit: 'AUDIT_URL',
  notification: 'NOTIFICATION_URL',
  'psp-simulator': 'PSP_URL',
};

/** Every address by its usual name. */
export function environmentOf(site: Site): Record<string, string> {
  const { folder, ports } = site;
  const postgres = `postgres://waybill@127.0.0.1:${ports.postgres}`;
  return {
    KAFKA_BROKERS: ports.kafka.map((port) => `127.0.0.1:${port}`).join(','),
    RABBITMQ_URL: `amqp://guest:guest@127.0.0.1:${ports.rabbitmq}`,
    REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    ...awsEnvironment(site),
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    MAILS_URL: `http://127.0.0.1:${ports.mails}`,
    TEST_POSTGRES_URL: `${postgres}/postgres`,
    ORDERS_DATABASE_URL: `${postgres}/orders`,
    PAYMENTS_DATABASE_URL: `${postgres}/payments`,
    AUDIT_DATABASE_URL: `${postgres}/audit`,
    NOTIFICATION_DATABASE_URL: `${postgres}/notification`,
    PSP_DATABASE_URL: `${postgres}/psp`,
    ...Object.fromEntries(
      serviceNames.map((name) => [urlVariables[name], `http://127.0.0.1:${ports.services[name]}`]),
    ),
    WAYBILL_SERVERS_FOLDER: folder,
  };
}
