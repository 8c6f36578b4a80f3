import { z } from 'zod';
import { readSettings } from './read-settings.js';
import { setting } from './setting-fields.js';

/** `KAFKA_*`: TLS when `KAFKA_SSL` is true, checked against `KAFKA_SSL_CA_FILE` or else Node's own authorities. */
export const kafkaSettings = {
  KAFKA_BROKERS: setting.addresses().describe('Where to ask first; the cluster names the rest.'),
  KAFKA_SSL: setting.flag().optional().describe('TLS to every broker.'),
  KAFKA_SSL_CA_FILE: setting
    .certificateFile()
    .optional()
    .describe("Authorities that brokers' certificates are checked against, in place of Node's own."),
  KAFKA_SSL_CERT_FILE: setting
    .certificateFile()
    .optional()
    .describe('Our certificate, for brokers that ask clients for one.'),
  KAFKA_SSL_KEY_FILE: setting.file().optional().describe('The private key of our certificate.'),
  KAFKA_SASL_MECHANISM: setting
    .oneOf('plain', 'scram-sha-256', 'scram-sha-512')
    .optional()
    .describe('How to log in; with user name and password, or none of the three.'),
  KAFKA_SASL_USERNAME: setting.secret().optional().describe('Who logs in.'),
  KAFKA_SASL_PASSWORD: setting.secret().optional().describe('The password to it.'),
};

export const rabbitmqSettings = {
  RABBITMQ_URL: setting.amqpUrl().describe('RabbitMQ, with user and virtual host; amqps:// for TLS.'),
  RABBITMQ_CA_FILE: setting
    .certificateFile()
    .optional()
    .describe("Authorities that its certificate is checked against, in place of Node's own."),
  RABBITMQ_CERT_FILE: setting
    .certificateFile()
    .optional()
    .describe('Our certificate, for a RabbitMQ that asks clients for one.'),
  RABBITMQ_KEY_FILE: setting.file().optional().describe('The private key of our certificate.'),
};

export const redisSettings = {
  REDIS_URL: setting.redisUrl().describe('The inbox in Redis; rediss:// for TLS.'),
  REDIS_CA_FILE: setting
    .certificateFile()
    .optional()
    .describe("Authorities that its certificate is checked against, in place of Node's own."),
};

type Read<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape>>;

interface Sasl<Mechanism> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

export interface KafkaConnection {
  readonly brokers: string[];
  readonly ssl?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: Sasl<'plain'> | Sasl<'scram-sha-256'> | Sasl<'scram-sha-512'>;
}

export interface RabbitmqConnection {
  readonly url: string;
  readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** As `kafkaBroker` and kafkajs take it; `relations.ts` has seen to it that nothing is half set. */
export function kafkaConnection(settings: Read<typeof kafkaSettings>): KafkaConnection {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = settings;
  const { KAFKA_SASL_PASSWORD: password } = settings;
  const { KAFKA_SSL_CA_FILE: ca, KAFKA_SSL_CERT_FILE: cert, KAFKA_SSL_KEY_FILE: key } = settings;
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return {
    brokers: settings.KAFKA_BROKERS,
    ...(settings.KAFKA_SSL && { ssl: Object.keys(files).length > 0 ? files : true }),
    ...(mechanism && { sasl: { mechanism, username, password } as KafkaConnection['sasl'] & object }),
  };
}

export function rabbitmqConnection(settings: Read<typeof rabbitmqSettings>): RabbitmqConnection {
  const { RABBITMQ_URL: url, RABBITMQ_CA_FILE: ca } = settings;
  const { RABBITMQ_CERT_FILE: cert, RABBITMQ_KEY_FILE: key } = settings;
  const ssl = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return { url, ...(Object.keys(ssl).length > 0 && { ssl }) };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** For programs that are no services; a `SettingsError` lists every problem. */
export const kafkaConnectionFrom = (environment: Environment): KafkaConnection =>
  kafkaConnection(readSettings(z.object(kafkaSettings), environment));

export const rabbitmqConnectionFrom = (environment: Environment): RabbitmqConnection =>
  rabbitmqConnection(readSettings(z.object(rabbitmqSettings), environment));

export function redisConnection(settings: Read<typeof redisSettings>) {
  const { REDIS_URL: url, REDIS_CA_FILE: ca } = settings;
  return { url, ...(ca && { ssl: { ca } }) };
}
