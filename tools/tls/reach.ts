import { randomUUID } from 'node:crypto';
import { RedisInbox } from '@waybill/idempotency/redis';
import { writeEnvelope, type Broker } from '@waybill/messaging';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import {
  kafkaConnection,
  kafkaSettings,
  postgresAdapter,
  rabbitmqConnection,
  rabbitmqSettings,
  readSettings,
  redisConnection,
  redisSettings,
  setting,
} from '@waybill/service-kit';
import { z } from 'zod';
import { topic } from './tls-servers.ts';
import { connectOrCreate } from '../migrate/create-database.ts';

const settings = z.object({
  ...kafkaSettings,
  ...rabbitmqSettings,
  ...redisSettings,
  DATABASE_URL: setting.postgresUrl(),
});

/** What each server answered: `reached`, or why it was not. */
export type Reached = Readonly<Record<'kafka' | 'rabbitmq' | 'redis' | 'postgres' | 'migrations', string>>;

/** Does one thing with each server as a service with this environment would, through the same settings and adapters. */
export async function reach(environment: Readonly<Record<string, string | undefined>>): Promise<Reached> {
  const given = readSettings(settings, environment);
  const [kafka, rabbitmq, redis, postgres, migrations] = await Promise.all([
    publishOne(kafkaBroker({ ...kafkaConnection(given), clientId: 'tls' }), topic),
    // Answered with no route: the queue is not there, but the server has taken the message in hand.
    publishOne(rabbitmqBroker(rabbitmqConnection(given)), `no-queue-${randomUUID()}`),
    claim(redisConnection(given)),
    outcomeOf(select(given.DATABASE_URL)),
    outcomeOf(connectOrCreate(given.DATABASE_URL).then((client) => client.end())),
  ]);
  return { kafka, rabbitmq, redis, postgres, migrations };
}

async function publishOne(broker: Broker, address: string): Promise<string> {
  const attributes = writeEnvelope({
    id: randomUUID(),
    type: 'tls.test',
    source: '/tls',
    subject: 'test',
    time: new Date().toISOString(),
    dataschema: 'tls.test.v1',
    sequence: 1,
  });
  const message = { key: 'k', attributes, headers: {}, body: Buffer.from('x') };
  const [result] = await broker.publisher('tls').publish([{ address, message }]);
  const { lastError } = broker.health();
  await broker.close();
  const isAnswered =
    result!.status === 'confirmed' || (broker.name === 'rabbitmq' && result!.status === 'refused');
  return isAnswered ? 'reached' : (lastError ?? (result as { because: Error }).because.message);
}

/** The first word about the connection: it is made again and again for as long as it takes. */
async function claim(connection: { url: string; ssl?: { ca: string } }): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const inbox = new RedisInbox({
    ...connection,
    events: { emit: (event) => event.kind === 'connection' && resolve(event.because ?? 'reached') },
  });
  inbox.start().then(
    () => resolve('reached'),
    (error: Error) => resolve(error.message),
  );
  return promise.finally(() => inbox.close());
}

async function select(url: string): Promise<void> {
  const adapter = await postgresAdapter({ url, poolSize: 1 }).connect();
  await adapter.queryRaw({ sql: 'SELECT 1', args: [], argTypes: [] }).finally(() => adapter.dispose());
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'reached',
    (error: Error & { cause?: { originalMessage?: string; reason?: string } }) =>
      `${error.message} ${error.cause?.originalMessage ?? error.cause?.reason ?? ''}`.trim(),
  );
