import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { claimChecking, ClaimStore } from '@waybill/claim-check';
import { addresses, claims, NotificationRequested, topology } from '@waybill/contracts';
import { writeEnvelope, type Broker } from '@waybill/messaging';
import { applySqsTopology, sqsBroker, type SqsBatchResponse } from '@waybill/messaging-sqs';
import { uuidV7 } from '@waybill/service-kit';
import { EventSource, eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { imaged, imageStore, png, spoil } from './testing/images.js';
import { InvokedFunction } from './testing/invoked-function.js';
import { MailServer } from './testing/mail-server.js';

jest.setTimeout(60_000);

let aws: FauxqsServer;
let endpoint: string;
let mailServer: MailServer;
let throwaway: ThrowawayDatabase;
let store: ClaimStore;
let broker: Broker;
let called: InvokedFunction;

beforeAll(async () => {
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  Object.assign(process.env, credentials);
  aws = await startFauxqs({ port: 0, logger: false, defaultRegion: 'ap-northeast-1' });
  endpoint = `http://127.0.0.1:${aws.port}`;
  await applySqsTopology(topology, { endpoint });
  store = new ClaimStore({ bucket: claims.bucket, prefix: claims.prefix, endpoint });
  await store.prepare();
  mailServer = await MailServer.start();
  throwaway = await throwawayDatabase({ migrations: new URL('../prisma/migrations', import.meta.url) });
  broker = sqsBroker({ endpoint });
  called = await InvokedFunction.start({
    ...credentials,
    DATABASE_URL: throwaway.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    REDIS_URL: process.env['REDIS_URL']!,
    AWS_ENDPOINT_URL: endpoint,
    SMTP_URL: mailServer.url,
    LOG_LEVEL: 'silent',
  });
});

afterAll(async () => {
  await called.stop();
  await broker.close();
  store.close();
  await mailServer.stop();
  await throwaway.drop();
  await aws.stop();
});

/** As the order service's relay would. */
async function publishRequest(email: string, invoiced: object = imaged()): Promise<string> {
  const [orderId, customerId, id] = [uuidV7(), uuidV7(), uuidV7()];
  const attributes = writeEnvelope({
    ...{ id, type: NotificationRequested.type, source: '/waybill/order', subject: orderId, sequence: 1 },
    ...{ time: new Date().toISOString(), dataschema: NotificationRequested.dataschema },
  });
  const body = NotificationRequested.encode({
    ...{ orderId, customerId, customerEmail: email, totalCents: 1_177, currency: 'USD' },
    invoice: '',
    image_s3_keys: [],
    ...invoiced,
  });
  const publisher = claimChecking(broker.publisher('test'), { store, fields: claims.fields });
  const message = { key: customerId, attributes, headers: {}, body };
  const [result] = await publisher.publish([{ address: addresses.orderNotifications, message }]);
  expect(result).toMatchObject({ status: 'confirmed' });
  return id;
}

/** What a function is given stays its own for longer than its first start may take. */
const source = () => new EventSource(endpoint, addresses.orderNotifications, 30);
const invoke = (event: unknown) => called.invoke<SqsBatchResponse>(event, 20_000);

test('the function mails what AWS brings, once, and answers that nothing is left', async () => {
  const id = await publishRequest('lambda@example.com');
  expect(await source().poll(invoke)).toEqual({ received: 1, reported: [] });
  expect(mailServer.to('lambda@example.com')).toMatchObject([{ messageId: `<${id}@waybill>` }]);
  expect((await source().receive(3)).Records).toEqual([]);
});

test('the function mails images too, and sets aside what names one that is gone', async () => {
  const bucket = imageStore(endpoint);
  const image = png();
  const [key, gone] = [await bucket.put(image, 'png'), await bucket.put(png(), 'png')];
  bucket.close();
  await spoil(endpoint, gone);
  await publishRequest('shown@example.com', imaged(key));
  await publishRequest('hidden@example.com', imaged(gone));
  for (let received = 0; received < 2;) received += (await source().poll(invoke)).received;
  const [mail] = mailServer.to('shown@example.com');
  expect(mail!.attachments.filter(({ related }) => related)).toMatchObject([{ content: image }]);
  expect(mailServer.to('hidden@example.com')).toEqual([]);
  const dead = new EventSource(endpoint, addresses.orderNotifications.replace('.fifo', '-dlq.fifo'));
  const taken = await dead.poll(async () => ({ batchItemFailures: [] }));
  expect(taken.received).toBe(1);
});

test('a mailbox that does not exist is a dead letter, stored before the answer says so', async () => {
  await publishRequest('gone@example.com');
  mailServer.refused.set('gone@example.com', 550);
  expect(await source().poll(invoke)).toEqual({ received: 1, reported: [] });
  const dead = new EventSource(endpoint, addresses.orderNotifications.replace('.fifo', '-dlq.fifo'));
  expect((await dead.receive(3)).Records).toHaveLength(1);
});

test('what failed for now is retried in the function’s own database when a schedule calls it', async () => {
  const id = await publishRequest('full@example.com');
  mailServer.refused.set('full@example.com', 452);
  expect(await source().poll(invoke)).toEqual({ received: 1, reported: [] });
  expect(mailServer.to('full@example.com')).toEqual([]);
  mailServer.refused.delete('full@example.com');
  expect(await invoke({ source: 'aws.events' })).toEqual({ batchItemFailures: [] });
  await eventually(
    () => expect(mailServer.to('full@example.com')).toMatchObject([{ messageId: `<${id}@waybill>` }]),
    20_000, // after the first delay of 5 s
  );
});

test('on SIGTERM it drains and ends by itself', async () => {
  expect(await called.stop()).toBe(0);
});
