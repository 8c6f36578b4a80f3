import { readFile } from 'node:fs/promises';
import {
  kafkaConnectionFrom,
  rabbitmqConnectionFrom,
  SettingsError,
  type KafkaConnection,
  type RabbitmqConnection,
} from '@waybill/service-kit/settings';
import { awsOptions } from '../topology/aws-options.ts';
import { parseEnv } from '../verify/settings.ts';
import { WaybillError } from './waybill.errors.ts';

export interface Addresses {
  readonly kafka: KafkaConnection;
  readonly rabbitmq: RabbitmqConnection;
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
  if (!given['KAFKA_BROKERS'] || !given['RABBITMQ_URL'])
    throw new WaybillError(
      `KAFKA_BROKERS and RABBITMQ_URL are neither set nor in ${envFile}; is Waybill running?`,
    );
  const databases = databaseVariables.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  const services = serviceVariables.flatMap((name) => given[name] ?? []);
  return {
    ...connectionsIn(given),
    aws: awsOptions(given),
    databases: Object.fromEntries(databases),
    services,
  };
}

function connectionsIn(given: Readonly<Record<string, string | undefined>>) {
  try {
    return { kafka: kafkaConnectionFrom(given), rabbitmq: rabbitmqConnectionFrom(given) };
  } catch (cause) {
    if (cause instanceof SettingsError) throw new WaybillError(cause.message, { cause });
    throw cause;
  }
}
