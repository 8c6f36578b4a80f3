import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Certificate } from './certificates.ts';
import { reach } from './reach.ts';
import { password, TlsServers, user } from './tls-servers.ts';
import { ownTlsSite, type OwnTlsSite } from './tls-site.ts';

jest.setTimeout(120_000);

let own: OwnTlsSite;
let authority: string;
let ours: Certificate;
let strangers: Certificate;
let servers: TlsServers;

beforeAll(async () => {
  own = await ownTlsSite();
  const { site, certificates } = own;
  const trusted = await certificates.authority('ours');
  authority = trusted.certificate;
  ours = await certificates.server('waybill', trusted);
  strangers = await certificates.server('stranger', await certificates.authority('strangers'));
  servers = new TlsServers(site, await certificates.server('localhost', trusted), authority);
  await servers.start();
});
afterAll(async () => {
  await servers.stop();
  await own.remove();
});

/** Right in all but the certificate that is brought. */
function environment(brought: Certificate | undefined) {
  const { kafka, rabbitmq, redis, postgres } = own.site.ports;
  const database = new URL(`postgres://${user}:${password}@localhost:${postgres}/postgres`);
  database.searchParams.set('sslmode', 'verify-full');
  database.searchParams.set('sslrootcert', authority);
  if (brought) database.searchParams.set('sslcert', brought.certificate);
  if (brought) database.searchParams.set('sslkey', brought.key);
  return {
    KAFKA_BROKERS: `localhost:${kafka[0]}`,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: authority,
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD: password,
    RABBITMQ_URL: `amqps://${user}:${password}@localhost:${rabbitmq}`,
    RABBITMQ_CA_FILE: authority,
    REDIS_URL: `rediss://:${password}@localhost:${redis}`,
    REDIS_CA_FILE: authority,
    DATABASE_URL: database.href,
    ...(brought && {
      KAFKA_SSL_CERT_FILE: brought.certificate,
      KAFKA_SSL_KEY_FILE: brought.key,
      RABBITMQ_CERT_FILE: brought.certificate,
      RABBITMQ_KEY_FILE: brought.key,
    }),
  };
}

const asking = ['kafka', 'rabbitmq', 'postgres', 'migrations'] as const;

test('a server that asks for a certificate takes ours, of the authority that it trusts', async () =>
  expect(await reach(environment(ours))).toEqual(
    Object.fromEntries([...asking, 'redis'].map((name) => [name, 'reached'])),
  ));

test('whoever brings none is refused by each that asks, whatever the password', async () => {
  const reached = await reach(environment(undefined));
  for (const name of asking) expect([name, reached[name]]).not.toEqual([name, 'reached']);
  expect(reached.postgres).toMatch(/certificate/);
});

test('whoever brings one of another authority is refused by each that asks', async () => {
  const reached = await reach(environment(strangers));
  for (const name of asking) expect([name, reached[name]]).not.toEqual([name, 'reached']);
});
