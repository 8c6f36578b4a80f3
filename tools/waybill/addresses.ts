import { readFile } from 'node:fs/promises';
import { awsOptions } from '../topology/aws-options.ts';
import { parseEnv } from '../verify/settings.ts';
import { WaybillError } from './waybill.errors.ts';

export interface Addresses {
  readonly kafkaBrokers: string[];
  readonly rabbitmqUrl: string;
  readonly aws: ReturnType<typeof awsOptions>;
  /** Of services that consume, by variable. */
  readonly databases: Readonly<Record<string, string>>;
  readonly services: readonly string[];
}

const databaseVariables = [
  'ORDERS_DATABASE_URL',
  'PAYMENTS_DATABASE_URL',
  'AUDIT_DATABASE_URL',
  'NOTIFICATION_DATABASE_URL',
];
const serviceVariables = ['ORDER_URL', 'PAYMENT_URL', 'AUDIT_URL', 'NOTIFICATION_URL'];

/** From the environment, else from the file that a running system has written. */
export async function readAddresses(envFile: string): Promise<Addresses> {
  const file = await readFile(envFile, 'utf8').catch(() => ''); // the environment may say it all
  const given = { ...parseEnv(file), ...process.env };
  const { KAFKA_BROKERS: kafka, RABBITMQ_URL: rabbitmqUrl } = given;
  if (!kafka || !rabbitmqUrl)
    throw new WaybillError(
      `KAFKA_BROKERS and RABBITMQ_URL are neither set nor in ${envFile}; is Waybill running?`,
    );
  const databases = databaseVariables.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  const services = serviceVariables.flatMap((name) => given[name] ?? []);
  return {
    kafkaBrokers: kafka.split(','),
    rabbitmqUrl,
    aws: awsOptions(given),
    databases: Object.fromEntries(databases),
    services,
  };
}
