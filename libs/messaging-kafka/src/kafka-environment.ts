import type { SASLOptions } from 'kafkajs';
import { readFileSync } from 'node:fs';
import { KafkaOptionsError } from './kafka.errors.js';
import type { KafkaOptions } from './kafka.options.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Connection = Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'>;

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

/**
 * Connection options under their usual names: KAFKA_BROKERS, KAFKA_SSL (`true`, `false`), KAFKA_SSL_CA_FILE,
 * KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD. A `KafkaOptionsError` lists every problem.
 */
export function kafkaConnectionFrom(environment: Environment): Connection {
  const problems: string[] = [];
  const brokers = (environment['KAFKA_BROKERS'] ?? '').split(',').map((broker) => broker.trim());
  if (!brokers[0]) problems.push('KAFKA_BROKERS: expected host:port[,host:port]');
  const ssl = sslFrom(environment, problems);
  const sasl = saslFrom(environment, problems);
  if (problems.length > 0) throw new KafkaOptionsError(problems);
  return { brokers, ...(ssl && { ssl }), ...(sasl && { sasl }) };
}

function sslFrom(environment: Environment, problems: string[]): Connection['ssl'] {
  const wanted = environment['KAFKA_SSL'] ?? 'false';
  if (!['true', 'false'].includes(wanted))
    problems.push(`KAFKA_SSL: expected true or false, got "${wanted}"`);
  if (wanted !== 'true') return undefined;
  const file = environment['KAFKA_SSL_CA_FILE'];
  return file ? { ca: readCertificate(file, problems) } : true;
}

function readCertificate(file: string, problems: string[]): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`KAFKA_SSL_CA_FILE: cannot be read: ${(error as Error).message}`);
    return '';
  }
}

function saslFrom(environment: Environment, problems: string[]): SASLOptions | undefined {
  const mechanism = environment['KAFKA_SASL_MECHANISM']?.toLowerCase();
  if (!mechanism) return undefined;
  const username = environment['KAFKA_SASL_USERNAME'];
  const password = environment['KAFKA_SASL_PASSWORD'];
  if (!mechanisms.includes(mechanism))
    problems.push(`KAFKA_SASL_MECHANISM: expected one of ${mechanisms.join(', ')}, got "${mechanism}"`);
  if (!username) problems.push('KAFKA_SASL_USERNAME: expected with KAFKA_SASL_MECHANISM');
  if (!password) problems.push('KAFKA_SASL_PASSWORD: expected with KAFKA_SASL_MECHANISM');
  return { mechanism, username, password } as SASLOptions;
}
