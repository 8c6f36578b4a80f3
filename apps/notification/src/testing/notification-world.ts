import { claimChecking, ClaimStore, type ContentStore } from '@waybill/claim-check';
import { addresses, claims, NotificationRequested, personalFieldNames, topology } from '@waybill/contracts';
import {
  defineSubscription,
  writeEnvelope,
  type Broker,
  type Message,
  type Publisher,
  type RawDelivery,
} from '@waybill/messaging';
import { connectMessaging } from '@waybill/messaging-nest';
import { applySqsTopology, sqsBroker } from '@waybill/messaging-sqs';
import { createService, ServiceLogger, uuidV7, type RunningService } from '@waybill/service-kit';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import pg from 'pg';
import { NotificationModule } from '../notification.module.js';
import { imageStore } from './images.js';
import { MailServer } from './mail-server.js';

export const nobodyListens = '127.0.0.1:1';
export const invoice = '<h1>Invoice</h1>\n'.repeat(200);
export const traceIdOf = (id: string) => id.replaceAll('-', '');

export type Requested = ReturnType<typeof request>;

/** A request as the order service writes it into its outbox; for a customer of its own. */
export function request(invoiced: object = { invoice }) {
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

/** The notification service between SQS, S3, Redis and a mail server, with a database of its own. */
export class NotificationWorld {
  readonly mailServer: MailServer;
  readonly store: ClaimStore;
  readonly images: ContentStore;
  /** What the service has logged, as it stands there. */
  readonly lines: string[] = [];
  private readonly dead: RawDelivery[] = [];
  private readonly broker: Broker;
  private readonly publisher: Publisher;
  private running: RunningService | undefined;

  private constructor(
    private readonly aws: FauxqsServer,
    private readonly throwaway: ThrowawayDatabase,
    mailServer: MailServer,
  ) {
    const { endpoint } = this;
    this.mailServer = mailServer;
    this.store = new ClaimStore({ bucket: claims.bucket, prefix: claims.prefix, endpoint });
    this.images = imageStore(endpoint);
    this.broker = sqsBroker({ endpoint, waitSeconds: 1 });
    this.publisher = claimChecking(this.broker.publisher('test'), {
      store: this.store,
      fields: claims.fields,
    });
  }

  static async open(): Promise<NotificationWorld> {
    process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
    const aws = await startFauxqs({ port: 0, logger: false, defaultRegion: 'ap-northeast-1' });
    const migrations = new URL('../../prisma/migrations', import.meta.url);
    const world = new NotificationWorld(
      aws,
      await throwawayDatabase({ migrations }),
      await MailServer.start(),
    );
    await applySqsTopology(topology, { endpoint: world.endpoint });
    await world.store.prepare();
    world.running = await world.serve(process.env['REDIS_URL']!);
    await world.readDeadLetters();
    return world;
  }

  get service(): RunningService {
    return this.running!;
  }

  serve(redis: string): Promise<RunningService> {
    const settings = {
      PORT: 0,
      DATABASE_URL: this.throwaway.url,
      KAFKA_BROKERS: [nobodyListens],
      REDIS_URL: redis,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: 'ap-northeast-1',
      CLAIMS_BUCKET: claims.bucket,
      SMTP_URL: this.mailServer.url,
      MAIL_FROM: 'Waybill <orders@example.com>',
      SMTP_TIMEOUT_MS: 2_000,
      MAIL_LEASE_MS: 6_000,
      SQS_VISIBILITY_SECONDS: 6,
      SQS_WAIT_SECONDS: 1,
    };
    const output = { write: (line: string) => void this.lines.push(line) };
    const logger = new ServiceLogger('notification', 'debug', output, personalFieldNames);
    return createService(NotificationModule.with(settings), {
      name: 'notification',
      port: 0,
      logger,
      connect: connectMessaging,
    });
  }

  async publish({ message }: Requested): Promise<void> {
    const [result] = await this.publisher.publish([{ address: addresses.orderNotifications, message }]);
    if (result?.status !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(result)}`);
  }

  /** Past our publisher, whose deduplication id is the message's; SQS's own id of what it took. */
  async sendAs(deduplicationId: string, { message, orderId }: Requested): Promise<string> {
    const { QueueUrl } = await this.askSqs('GetQueueUrl', { QueueName: addresses.orderNotifications });
    const envelope = JSON.stringify({ key: message.key, ...message.attributes });
    const { MessageId } = await this.askSqs('SendMessage', {
      QueueUrl,
      MessageBody: Buffer.from(message.body).toString(),
      MessageGroupId: message.key,
      MessageDeduplicationId: `${orderId}.${deduplicationId}`,
      MessageAttributes: { envelope: { DataType: 'String', StringValue: envelope } },
    });
    return MessageId!;
  }

  /** Its dead letter, once it is there. */
  async deathOf({ id }: Requested): Promise<Message> {
    const found = () => this.dead.find(({ message }) => message.attributes['id'] === id);
    await eventually(() => {
      if (!found()) throw new Error('not among the dead letters');
    });
    return found()!.message;
  }

  /** Log lines about it. */
  told({ id }: Requested): object[] {
    return this.lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line) as object);
  }

  async sql(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.throwaway.url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  async close(): Promise<void> {
    await this.running?.stop();
    await this.broker.close();
    this.store.close();
    this.images.close();
    await this.mailServer.stop();
    await this.throwaway.drop();
    await this.aws.stop();
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.aws.port}`;
  }

  private readDeadLetters(): Promise<void> {
    const deadLetters = defineSubscription({
      name: 'dead',
      broker: 'sqs',
      addresses: [addresses.orderNotifications.replace('.fifo', '-dlq.fifo')],
      order: 'none',
      lane: 'keyed',
      terminal: true,
    });
    return this.broker.consumer(deadLetters, (deliveries) => void this.dead.push(...deliveries)).start();
  }

  private async askSqs(action: string, input: object): Promise<Record<string, string>> {
    const answer = await fetch(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(input),
    });
    if (answer.status !== 200) throw new Error(`SQS answers ${action} with ${answer.status}`);
    return (await answer.json()) as Record<string, string>;
  }
}
