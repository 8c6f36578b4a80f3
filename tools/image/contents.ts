import { serviceNames } from '../servers/site.ts';

/** What an image holds, by paths relative to the repository. */
export interface Contents {
  /** With all that they need when they run. */
  readonly packages: readonly string[];
  /** Files and folders that are no package. */
  readonly files: readonly string[];
}

const migrationsOf = (app: string) => `apps/${app}/prisma/migrations`;

/** A service compares its migrations with its database's before it is ready. */
const services = serviceNames.map((app): [string, Contents] => [
  app,
  { packages: [`apps/${app}`], files: [migrationsOf(app)] },
]);

const shopper: Contents = { packages: ['apps/shopper'], files: ['data/cdnow-orders.csv.gz'] };

/** What our tools import; they are no package, and run as they are written. */
const toolPackages = [
  ...['claim-check', 'contracts', 'messaging', 'messaging-kafka', 'messaging-rabbitmq', 'messaging-sqs'],
  'service-kit',
].map((name) => `node_modules/@waybill/${name}`);
const toolClients = ['amqplib', 'kafkajs', 'pg', 'snappy'].map((name) => `node_modules/${name}`);
const tools: Contents = {
  packages: [...toolPackages, ...toolClients],
  files: ['package.json', 'tools', ...serviceNames.map(migrationsOf)],
};

export const contentsOf: ReadonlyMap<string, Contents> = new Map([
  ...services,
  ['shopper', shopper],
  ['tools', tools],
]);
