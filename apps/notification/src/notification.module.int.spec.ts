import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { claimChecking, ClaimStore } from '@waybill/claim-check';
import { addresses, claims, NotificationRequested, personalFieldNames, topology } from '@waybill/contracts';
import {
  defineSubscription,
  writeEnvelope,
  type Broker,
  type Publisher,
  type RawDelivery,
} from '@waybill/messaging';
import { connectMessaging } from '@waybill/messaging-nest';
import { applySqsTopology, sqsBroker } from '@waybill/messaging-sqs';
import { createService, ServiceLogger, uuidV7, type RunningService } from '@waybill/service-kit';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import pg from 'pg';
import { NotificationModule } from './notification.module.js';
import { MailServer } from './testing/mail-server.js';

jest.setTimeout(30_000);
const nobodyListens = '127.0.0.1:1';
const invoice = '<h1>Invoice</h1>\n'.repeat(200);

let aws: FauxqsServer;
let mailServer: MailServer;
let throwaway: ThrowawayDatabase;
let service: RunningService;
let store: ClaimStore;
let broker: Broker;
let publisher: Publisher;
const dead: RawDelivery[] = [];
/** What the service has logged, as it stands there. */
const lines: string[] = [];

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  aws = await startFauxqs({ port: 0, logger: false, defaultRegion: 'ap-northeast-1' });
  const endpoint = `http://127.0.0.1:${aws.port}`;
  await applySqsTopology(topology, { endpoint });
  store = new ClaimStore({ bucket: claims.bucket, prefix: claims.prefix, endpoint });
  await store.prepare();
  mailServer = await MailServer.start();
  throwaway = await throwawayDatabase({ migrations: new URL('../prisma/migrations', import.meta.url) });
  service = await serve({ endpoint, redis: process.env['REDIS_URL']! });
  broker = sqsBroker({ endpoint, waitSeconds: 1 });
  publisher = claimChecking(broker.publisher('test'), { store, fields: claims.fields });
  const deadLetters = defineSubscription({
    name: 'dead',
    broker: 'sqs',
    addresses: [addresses.orderNotifications.replace('.fifo', '-dlq.fifo')],
    order: 'none',
    lane: 'keyed',
    terminal: true,
  });
  await broker.consumer(deadLetters, (deliveries) => void dead.push(...deliveries)).start();
});

afterAll(async () => {
  await service.stop();
  await broker.close();
  store.close();
  await mailServer.stop();
  await throwaway.drop();
  await aws.stop();
});

function serve({ endpoint, redis }: { endpoint: string; redis: string }): Promise<RunningService> {
  const settings = {
    PORT: 0,
    DATABASE_URL: throwaway.url,
    KAFKA_BROKERS: [nobodyListens],
    REDIS_URL: redis,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'ap-northeast-1',
    CLAIMS_BUCKET: claims.bucket,
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'Waybill <orders@example.com>',
    SMTP_TIMEOUT_MS: 2_000,
    MAIL_LEASE_MS: 6_000,
    SQS_VISIBILITY_SECONDS: 6,
    SQS_WAIT_SECONDS: 1,
  };
  return createService(NotificationModule.with(settings), {
    name: 'notification',
    port: 0,
    logger: new ServiceLogger(
      'notification',
      'debug',
      { write: (line) => void lines.push(line) },
      personalFieldNames,
    ),
    connect: connectMessaging,
  });
}

/** A request as the order service writes it into its outbox; for a customer of its own. */
function request(invoiced: object = { invoice }) {
  const [orderId, customerId, id] = [uuidV7(), uuidV7(), uuidV7()];
  const customerEmail = `${customerId}@example.com`;
  const attributes = writeEnvelope({
    ...{ id, type: NotificationRequested.type, source: '/waybill/order', subject: orderId, sequence: 1 },
    ...{ time: new Date().toISOString(), dataschema: NotificationRequested.dataschema },
    traceparent: `00-${traceIdOf(id)}-b7ad6b7169203331-01`,
  });
  const payload = {
    orderId,
    customerId,
    customerEmail,
    totalCents: 1_177,
    currency: 'USD',
    image_s3_keys: [],
  };
  const body = NotificationRequested.encode({ ...payload, ...invoiced });
  return { id, orderId, customerEmail, message: { key: customerId, attributes, headers: {}, body } };
}

const traceIdOf = (id: string) => id.replaceAll('-', '');

type Requested = ReturnType<typeof request>;

async function publish({ message }: Requested): Promise<void> {
  const [result] = await publisher.publish([{ address: addresses.orderNotifications, message }]);
  expect(result).toMatchObject({ status: 'confirmed' });
}

const deathOf = ({ id }: Requested) =>
  eventually(() => {
    const found = dead.find(({ message }) => message.attributes['id'] === id);
    if (!found) throw new Error('not among the dead letters');
  }).then(() => dead.find(({ message }) => message.attributes['id'] === id)!.message);

test('a notification becomes one mail under the message’s id, with the invoice from the claim store', async () => {
  const requested = request();
  await publish(requested);
  await eventually(() => expect(mailServer.to(requested.customerEmail)).toHaveLength(1));
  const [mail] = mailServer.to(requested.customerEmail);
  expect(mail).toMatchObject({
    messageId: `<${requested.id}@waybill>`,
    subject: expect.stringContaining(requested.orderId),
  });
  expect(mail!.attachments[0]!.content.toString()).toBe(invoice);
  await eventually(async () => {
    const answer = await fetch(`${service.url}/mails/${requested.orderId}`);
    expect(await answer.json()).toMatchObject({
      mails: [{ messageId: requested.id, recipient: requested.customerEmail }],
    });
  });
});

test('a copy that SQS takes, its five minutes being over, is absorbed by the inbox', async () => {
  const requested = request();
  const later = { ...request().message.attributes, id: uuidV7() };
  const taken = [await sendAs('first', requested), await sendAs('five-minutes-later', requested)];
  expect(new Set(taken).size).toBe(2); // else SQS itself has dropped the copy
  await sendAs('next', { ...requested, message: { ...requested.message, attributes: later } });
  await eventually(() => {
    const ids = mailServer.to(requested.customerEmail).map(({ messageId }) => messageId);
    expect(ids).toEqual([`<${requested.id}@waybill>`, `<${later.id}@waybill>`]);
  }, 20_000);
});

test('a mail that Redis has forgotten is not sent again, however late its message comes again', async () => {
  const requested = request();
  const next = { ...request().message.attributes, id: uuidV7() };
  const { id, orderId, customerEmail } = requested;
  await sql(`INSERT INTO mails (message_id, order_id, recipient) VALUES ('${id}', '${orderId}', 'sent')`);
  await publish(requested);
  await sendAs('next', { ...requested, message: { ...requested.message, attributes: next } });
  await eventually(() => expect(mailServer.to(customerEmail)).not.toEqual([]), 20_000);
  expect(mailServer.to(customerEmail).map(({ messageId }) => messageId)).toEqual([`<${next.id}@waybill>`]);
});

/** Past our publisher, whose deduplication id is the message's; SQS's own id of what it took. */
async function sendAs(deduplicationId: string, { message, orderId }: Requested) {
  const { QueueUrl } = await askSqs('GetQueueUrl', { QueueName: addresses.orderNotifications });
  const envelope = JSON.stringify({ key: message.key, ...message.attributes });
  const { MessageId } = await askSqs('SendMessage', {
    QueueUrl,
    MessageBody: Buffer.from(message.body).toString(),
    MessageGroupId: message.key,
    MessageDeduplicationId: `${orderId}.${deduplicationId}`,
    MessageAttributes: { envelope: { DataType: 'String', StringValue: envelope } },
  });
  return MessageId!;
}

async function askSqs(action: string, input: object): Promise<Record<string, string>> {
  const answer = await fetch(`http://127.0.0.1:${aws.port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
    body: JSON.stringify(input),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, string>;
}

test('a mailbox that does not exist is a dead letter, and whose it was is told nowhere beside it', async () => {
  const requested = request();
  mailServer.refused.set(requested.customerEmail, 550);
  await publish(requested);
  const { headers } = await deathOf(requested);
  expect(headers['exception.message']).toContain('<[personal]>: no such mailbox');
  await expectToldInItsTrace(requested);
});

test('a message whose address is none is a dead letter that tells the rule and not the address', async () => {
  const requested = request();
  const wrong = requested.customerEmail.replace('@', ' at ');
  const body = Buffer.from(
    Buffer.from(requested.message.body).toString().replace(requested.customerEmail, wrong),
  );
  const altered = { ...requested, customerEmail: wrong, message: { ...requested.message, body } };
  await publish(altered);
  const { headers } = await deathOf(altered);
  expect(headers['exception.message']).toContain('customerEmail: Invalid email address');
  await expectToldInItsTrace(altered);
});

/** Of a dead letter: the line is there, and the address in no line and no header. */
async function expectToldInItsTrace(requested: Requested): Promise<void> {
  const { id, customerEmail } = requested;
  const told = () => lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line) as object);
  await eventually(() =>
    expect(told()).toContainEqual(
      expect.objectContaining({
        msg: 'message deadLettered',
        trace_id: traceIdOf(id),
        span_id: 'b7ad6b7169203331',
      }),
    ),
  );
  expect(lines.join()).not.toContain(customerEmail);
  expect(JSON.stringify((await deathOf(requested)).headers)).not.toContain(customerEmail);
}

test('an invoice that is not the one that was sent, or gone, is a dead letter, and nobody is mailed', async () => {
  const { key, bytes, encoding } = await store.put(uuidV7(), 'invoice', Buffer.from(invoice));
  const other = { invoice_sha256: '0'.repeat(64), invoice_bytes: bytes, invoice_encoding: encoding };
  const altered = request({ ...other, invoice_s3_key: key });
  const gone = request({ ...other, invoice_s3_key: `${claims.prefix}/${uuidV7()}/invoice` });
  await publish(altered);
  await publish(gone);
  expect((await deathOf(altered)).headers).toMatchObject({ 'exception.type': 'ClaimAlteredError' });
  expect((await deathOf(gone)).headers).toMatchObject({ 'exception.type': 'ClaimMissingError' });
  expect([altered, gone].flatMap(({ customerEmail }) => mailServer.to(customerEmail))).toEqual([]);
});

test('what fails after SMTP has taken the mail is mailed again, under the same Message-ID', async () => {
  const requested = request();
  const mails = () => mailServer.to(requested.customerEmail);
  await sql('ALTER TABLE mails ADD CONSTRAINT refused CHECK (false) NOT VALID');
  await publish(requested);
  await eventually(() => expect(mails()).toHaveLength(1));
  await sql('ALTER TABLE mails DROP CONSTRAINT refused');
  await eventually(() => expect(mails()).toHaveLength(2), 20_000); // after the first delay of 5 s
  expect(new Set(mails().map(({ messageId }) => messageId))).toEqual(new Set([`<${requested.id}@waybill>`]));
});

async function sql(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: throwaway.url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

test('the service answers while Redis is away', async () => {
  const alone = await serve({ endpoint: `http://127.0.0.1:${aws.port}`, redis: `redis://${nobodyListens}` });
  const answer = await fetch(`${alone.url}/health/ready`);
  expect(answer.status).toBe(200);
  await alone.stop();
});
