import { readFile } from 'node:fs/promises';
import { parseEnv } from '../verify/settings.ts';
import { WaybillError } from './waybill.errors.ts';

export interface Addresses {
  readonly kafkaBrokers: string[];
  readonly rabbitmqUrl: string;
}

/** From the environment, else from the file that a running system has written. */
export async function readAddresses(envFile: string): Promise<Addresses> {
  const file = await readFile(envFile, 'utf8').catch(() => ''); // the environment may say it all
  const given = { ...parseEnv(file), ...process.env };
  const { KAFKA_BROKERS: kafka, RABBITMQ_URL: rabbitmqUrl } = given;
  if (!kafka || !rabbitmqUrl)
    throw new WaybillError(
      `KAFKA_BROKERS and RABBITMQ_URL are neither set nor in ${envFile}; is Waybill running?`,
    );
  return { kafkaBrokers: kafka.split(','), rabbitmqUrl };
}
