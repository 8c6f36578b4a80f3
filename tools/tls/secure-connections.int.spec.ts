import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Certificate } from './certificates.ts';
import { reach, type Reached } from './reach.ts';
import { password, TlsServers, user } from './tls-servers.ts';
import { ownTlsSite, type OwnTlsSite } from './tls-site.ts';

jest.setTimeout(120_000);

let own: OwnTlsSite;
let ours: Certificate;
let strangers: Certificate;
let servers: TlsServers;

beforeAll(async () => {
  own = await ownTlsSite();
  const { site, certificates } = own;
  ours = await certificates.authority('ours');
  strangers = await certificates.authority('strangers');
  servers = new TlsServers(site, await certificates.server('localhost', ours));
  await servers.start();
});
afterAll(async () => {
  await servers.stop();
  await own.remove();
});

const environment = ({ host = 'localhost', ca = ours.certificate, account = `${user}:${password}` } = {}) => {
  const { kafka, rabbitmq, redis, postgres } = own.site.ports;
  const [name, secret] = account.split(':') as [string, string];
  const rootCertificate = ca && `&sslrootcert=${encodeURIComponent(ca)}`;
  return {
    KAFKA_BROKERS: `${host}:${kafka[0]}`,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: ca,
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: name,
    KAFKA_SASL_PASSWORD: secret,
    RABBITMQ_URL: `amqps://${account}@${host}:${rabbitmq}`,
    RABBITMQ_CA_FILE: ca,
    REDIS_URL: `rediss://:${secret}@${host}:${redis}`,
    REDIS_CA_FILE: ca,
    DATABASE_URL: `postgres://${account}@${host}:${postgres}/postgres?sslmode=verify-full${rootCertificate}`,
  };
};

const each = (outcome: unknown) => ({
  kafka: outcome,
  rabbitmq: outcome,
  redis: outcome,
  postgres: outcome,
  migrations: outcome,
});

test('a server with the right name, of the authority named, is reached with the right password', async () =>
  expect(await reach(environment())).toEqual(each('reached')));

test('Kafka takes SCRAM too', async () =>
  expect(await reach({ ...environment(), KAFKA_SASL_MECHANISM: 'scram-sha-512' })).toMatchObject({
    kafka: 'reached',
  }));

test('NODE_EXTRA_CA_CERTS alone does for all of them', async () => {
  const env = {
    ...process.env,
    ...environment({ ca: '' }),
    NODE_OPTIONS: '',
    NODE_EXTRA_CA_CERTS: ours.certificate,
  };
  const script = join(import.meta.dirname, 'reach-alone.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  expect(JSON.parse(stdout) as Reached).toEqual(each('reached'));
});

/** The certificate is for `localhost`; the address leads to the same server. */
test('a server whose certificate is for another name is refused, and the name that was asked for is told', async () =>
  expect(await reach(environment({ host: '127.0.0.1' }))).toEqual(
    each(expect.stringMatching(/does not match.*127\.0\.0\.1/)),
  ));

test('a server of an authority nobody named is refused', async () =>
  expect(await reach(environment({ ca: strangers.certificate }))).toEqual(
    each(expect.stringMatching(/certificate|self-signed/i)),
  ));

test('a wrong password is refused by each', async () =>
  expect(await reach(environment({ account: `${user}:wrong-password` }))).toEqual(
    each(expect.stringMatching(/authenti|refused|denied|WRONGPASS|ACCESS/i)),
  ));

test('whoever brings no credentials is refused by each', async () => {
  const { kafka, rabbitmq, redis, postgres } = own.site.ports;
  const { certificate: ca } = ours;
  const anonymous = {
    KAFKA_BROKERS: `localhost:${kafka[0]}`,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: ca,
    RABBITMQ_URL: `amqps://localhost:${rabbitmq}`,
    RABBITMQ_CA_FILE: ca,
    REDIS_URL: `rediss://localhost:${redis}`,
    REDIS_CA_FILE: ca,
    DATABASE_URL: `postgres://${user}@localhost:${postgres}/postgres?sslmode=verify-full&sslrootcert=${ca}`,
  };
  const reached = await reach(anonymous);
  for (const outcome of Object.values(reached)) expect(outcome).not.toBe('reached');
  expect(reached).toMatchObject({
    rabbitmq: expect.stringMatching(/ACCESS.REFUSED/i),
    redis: expect.stringMatching(/NOAUTH/),
    postgres: expect.stringMatching(/password/),
    migrations: expect.stringMatching(/password/),
  });
});
