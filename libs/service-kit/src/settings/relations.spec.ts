import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SettingsError } from '../service-kit.errors.js';
import { kafkaConnection, kafkaSettings, rabbitmqSettings, redisSettings } from './connection-settings.js';
import { httpOptions, httpSettings } from './http-settings.js';
import { readSettings } from './read-settings.js';
import { setting } from './setting-fields.js';

const schema = z.object({
  PORT: setting.port().default(3001),
  ...httpSettings,
  ...kafkaSettings,
  ...rabbitmqSettings,
  ...redisSettings,
  DATABASE_URL: setting.postgresUrl(),
});
const complete = {
  KAFKA_BROKERS: 'kafka:9093',
  RABBITMQ_URL: 'amqps://rabbitmq',
  REDIS_URL: 'rediss://redis',
  DATABASE_URL: 'postgres://db/orders',
};
const sasl = {
  KAFKA_SASL_MECHANISM: 'plain',
  KAFKA_SASL_USERNAME: 'waybill',
  KAFKA_SASL_PASSWORD: 'secret',
};
const read = (more: Record<string, string>) => readSettings(schema, { ...complete, ...more });

function problemsWith(more: Record<string, string>): readonly string[] {
  try {
    read(more);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe('connections', () => {
  test('with half of their credentials are refused, each missing half by its name', () =>
    expect(problemsWith({ KAFKA_SASL_USERNAME: 'waybill' })).toEqual([
      'KAFKA_SASL_MECHANISM is missing: expected with KAFKA_SASL_USERNAME',
      'KAFKA_SASL_PASSWORD is missing: expected with KAFKA_SASL_USERNAME',
    ]));

  test('are told together with values that are wrong', () =>
    expect(problemsWith({ PORT: 'x', KAFKA_SSL: 'yes', KAFKA_SASL_MECHANISM: 'gssapi' })).toEqual([
      'PORT: expected a port from 0 to 65535',
      'KAFKA_SSL: expected true or false',
      'KAFKA_SASL_MECHANISM: expected one of plain, scram-sha-256, scram-sha-512',
      'KAFKA_SASL_USERNAME is missing: expected with KAFKA_SASL_MECHANISM',
      'KAFKA_SASL_PASSWORD is missing: expected with KAFKA_SASL_MECHANISM',
    ]));

  test('that name an authority they would not ask are refused: it was meant to be TLS', () =>
    expect(
      problemsWith({
        KAFKA_SSL_CA_FILE: import.meta.filename,
        RABBITMQ_URL: 'amqp://rabbitmq',
        RABBITMQ_CA_FILE: import.meta.filename,
      }),
    ).toEqual([
      'KAFKA_SSL_CA_FILE: expected a file of certificates in PEM',
      'RABBITMQ_CA_FILE: expected a file of certificates in PEM',
      'KAFKA_SSL: expected true with KAFKA_SSL_CA_FILE',
      'RABBITMQ_URL: expected amqps:// with RABBITMQ_CA_FILE',
    ]));

  test('with an authority that cannot be read are refused before they are needed', () =>
    expect(
      problemsWith({
        REDIS_CA_FILE: '/none/ca.pem',
        DATABASE_URL: 'postgres://db/orders?sslmode=verify-full&sslrootcert=/none/ca.pem',
      }),
    ).toEqual([
      'REDIS_CA_FILE: expected a file of certificates in PEM (/none/ca.pem: ENOENT)',
      'DATABASE_URL: expected readable files in sslrootcert, sslcert and sslkey',
    ]));

  test('take TLS and credentials as Kafka’s client does', () =>
    expect(kafkaConnection(read({ KAFKA_SSL: 'true', ...sasl }))).toEqual({
      brokers: ['kafka:9093'],
      ssl: true,
      sasl: { mechanism: 'plain', username: 'waybill', password: 'secret' },
    }));
});

describe('a service', () => {
  const key = `shop:${'a'.repeat(64)}:admin`;

  test('that listens beyond loopback and asks nobody who they are does not start', () => {
    const [problem] = problemsWith({ HOST: '0.0.0.0' });
    for (const variable of ['API_KEYS', 'JWT_JWKS_URL', 'JWT_PUBLIC_KEY_FILE', 'AUTHENTICATION=none'])
      expect(problem).toContain(variable);
  });

  test.each([
    ['on loopback', {}],
    ['on loopback by another name', { HOST: '::1' }],
    ['that says so outright', { HOST: '0.0.0.0', AUTHENTICATION: 'none' }],
    ['with keys', { HOST: '0.0.0.0', API_KEYS: key }],
  ])('%s starts', (_, given) => expect(problemsWith(given)).toEqual([]));

  test('authenticates as soon as it has keys, on loopback too', () => {
    expect(httpOptions(read({})).authentication).toBeUndefined();
    expect(httpOptions(read({ API_KEYS: key })).authentication).toBeDefined();
  });

  test('that has keys and is told to ask for none does not guess', () =>
    expect(problemsWith({ AUTHENTICATION: 'none', API_KEYS: key })).toEqual([
      'AUTHENTICATION: expected to be absent with API_KEYS',
    ]));

  test('that would take tokens of anybody or for anybody does not start', () =>
    expect(problemsWith({ JWT_JWKS_URL: 'http://issuer/jwks' })).toEqual([
      'JWT_ISSUER is missing: expected with JWT_JWKS_URL',
      'JWT_AUDIENCE is missing: expected with JWT_JWKS_URL',
      'JWT_JWKS_URL: expected https:// beyond this machine',
    ]));

  test.each(['shop', 'shop:secret', `${key},${key.replace('shop', 'other')}`, `shop:${'a'.repeat(64)}:root`])(
    'with keys such as %s says what keys look like, and repeats none',
    (keys) => {
      const [problem] = problemsWith({ API_KEYS: keys });
      expect(problem).toContain('API_KEYS: expected name:sha256');
      expect(problem).not.toContain('aaaa');
    },
  );
});
