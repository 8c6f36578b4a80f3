import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../servers/site.ts';
import { parseEnv } from '../verify/settings.ts';

/** What `docker-compose.yml` is filled with: the environment before `.env` before `.env.example`. */
export function composeSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const defaults = parseEnv(readFileSync(join(repository, '.env.example'), 'utf8')) as Record<string, string>;
  const own = parseEnv(readIfThere(join(repository, '.env'))) as Record<string, string>;
  const given = Object.keys(defaults).flatMap((name) =>
    environment[name] ? [[name, environment[name]]] : [],
  );
  return { ...defaults, ...own, ...(Object.fromEntries(given) as Record<string, string>) };
}

/** Every address by its usual name, as this machine reaches it. The same names natively: `environmentOf`. */
export function addressesOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  const at = (name: string) => `127.0.0.1:${settings[`${name}_PORT`]}`;
  const postgres = `postgres://waybill:${settings['POSTGRES_PASSWORD']}@${at('POSTGRES')}`;
  return {
    KAFKA_BROKERS: ['KAFKA_1', 'KAFKA_2', 'KAFKA_3'].map(at).join(','),
    RABBITMQ_URL: `amqp://waybill:${settings['RABBITMQ_PASSWORD']}@${at('RABBITMQ')}`,
    REDIS_URL: `redis://${at('REDIS')}`,
    AWS_ENDPOINT_URL: `http://${at('AWS')}`,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SMTP_URL: `smtp://${at('SMTP')}`,
    MAILS_URL: `http://${at('MAILS')}`,
    ORDERS_DATABASE_URL: `${postgres}/orders`,
    PAYMENTS_DATABASE_URL: `${postgres}/payments`,
    AUDIT_DATABASE_URL: `${postgres}/audit`,
    NOTIFICATION_DATABASE_URL: `${postgres}/notification`,
    PSP_DATABASE_URL: `${postgres}/psp`,
    ORDER_URL: `http://${at('ORDER')}`,
    PAYMENT_URL: `http://${at('PAYMENT')}`,
    AUDIT_URL: `http://${at('AUDIT')}`,
    NOTIFICATION_URL: `http://${at('NOTIFICATION')}`,
    PSP_URL: `http://${at('PSP')}`,
    JAEGER_URL: `http://${at('JAEGER')}`,
    WAYBILL_API_KEY: settings['WAYBILL_API_KEY']!,
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
