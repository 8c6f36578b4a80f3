import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

export const serviceNames = ['psp-simulator', 'order', 'payment', 'audit', 'notification'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Where one set of servers keeps its data, and the ports it listens on. `start` and `test` can run side by side. */
export interface Site {
  readonly name: string;
  /** Data, logs, pid files and the `env` file. */
  readonly folder: string;
  readonly ports: {
    /** Clients of the three brokers. */
    readonly kafka: readonly [number, number, number];
    /** Among themselves. */
    readonly kafkaControllers: readonly [number, number, number];
    readonly rabbitmq: number;
    readonly rabbitmqDistribution: number;
    readonly epmd: number;
    readonly postgres: number;
    readonly redis: number;
    /** SQS and S3. */
    readonly aws: number;
    readonly smtp: number;
    /** What was mailed, to look at. */
    readonly mails: number;
    readonly services: Readonly<Record<ServiceName, number>>;
  };
}

/** Kafka's jars: the same for every site. */
export const kafkaJars = join(repository, '.waybill/kafka-4.3.1');

export const startSite = siteAt('start', join(repository, '.waybill'), 19_000, 3_000);
export const testSite = siteAt('test', join(repository, '.waybill/test'), 18_000, 13_000);
/** End-to-end tests have servers of their own, emptied before each run: they kill what others would miss. */
export const e2eSite = siteAt('e2e', join(repository, '.waybill/e2e'), 17_000, 12_000);

/** `npm start` itself is tried here, beside one that runs for a person. */
export const launcherSite = siteAt('launcher', join(repository, '.waybill/launcher'), 16_000, 11_000);

/** The conformance suite stops and kills its servers. */
export const conformanceSite = siteAt(
  'conformance',
  join(repository, '.waybill/conformance'),
  15_000,
  10_000,
);

/** Ports count up from `base`: far from the servers' usual ones, and below those that Linux gives to outgoing connections. */
export function siteAt(name: string, folder: string, base: number, services: number): Site {
  return {
    name,
    folder: resolve(folder),
    ports: {
      kafka: [base + 92, base + 93, base + 94],
      kafkaControllers: [base + 192, base + 193, base + 194],
      rabbitmq: base + 672,
      rabbitmqDistribution: base + 673,
      epmd: base + 674,
      postgres: base + 432,
      redis: base + 379,
      aws: base + 566,
      smtp: base + 25,
      mails: base + 80,
      services: {
        order: services + 1,
        payment: services + 2,
        audit: services + 3,
        notification: services + 4,
        'psp-simulator': services + 9,
      },
    },
  };
}

/** By the name that `--site` takes. */
export const sites: Readonly<Record<string, Site>> = {
  start: startSite,
  test: testSite,
  e2e: e2eSite,
  conformance: conformanceSite,
  launcher: launcherSite,
};
