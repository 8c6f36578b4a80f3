import { readFile } from 'node:fs/promises';
import type { KafkaConnection } from '@waybill/service-kit/settings';
import { CannotVerify, reasonOf } from './verify.errors.ts';

export interface Settings {
  ordersDatabaseUrl: string;
  auditDatabaseUrl: string;
  pspDatabaseUrl: string;
  kafka: KafkaConnection;
  /** A mail server with Mailpit's API; without it mails are not judged. */
  mailsUrl?: string;
}

type Env = Record<string, string | undefined>;

/** Addresses from a file of `NAME=value` lines; the environment fills what it leaves out. */
export async function readSettings(envFile: string | undefined, env: Env): Promise<Settings> {
  const given = { ...env, ...(envFile ? await readEnvFile(envFile) : {}) };
  const missing: string[] = [];
  const need = (name: string) => given[name] || (missing.push(name), '');
  need('KAFKA_BROKERS');
  const settings = {
    ordersDatabaseUrl: need('ORDERS_DATABASE_URL'),
    auditDatabaseUrl: need('AUDIT_DATABASE_URL'),
    pspDatabaseUrl: need('PSP_DATABASE_URL'),
    ...(given['MAILS_URL'] && { mailsUrl: given['MAILS_URL'] }),
  };
  if (missing.length === 0) return { ...settings, kafka: await kafkaIn(given) };
  throw new CannotVerify(`${missing.join(', ')} missing; give --env-file .waybill/env or set them`);
}

/** Imported only now: `npm start` builds what it imports after it has begun. */
async function kafkaIn(given: Env): Promise<KafkaConnection> {
  const { kafkaConnectionFrom } = await import('@waybill/service-kit/settings');
  try {
    return kafkaConnectionFrom(given);
  } catch (cause) {
    throw new CannotVerify(reasonOf(cause), { cause });
  }
}

async function readEnvFile(path: string): Promise<Env> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CannotVerify(`${path} cannot be read (${reasonOf(cause)}); is Waybill running?`, { cause });
  });
  return parseEnv(text);
}

/** Values may hold "=": connection strings do. */
export function parseEnv(text: string): Env {
  const lines = text.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line.trim()));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]]] : [])));
}
