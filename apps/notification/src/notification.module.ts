import { hostname } from 'node:os';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { ClaimStore, ContentStore } from '@waybill/claim-check';
import { claims, deliveryNotices, images, subscriptions } from '@waybill/contracts';
import { RedisInbox } from '@waybill/idempotency/redis';
import type { Broker, MessagingEvents } from '@waybill/messaging';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { MessagingModule } from '@waybill/messaging-nest';
import { sqsBroker } from '@waybill/messaging-sqs';
import { announceThrough, Outbox, OutboxRelay } from '@waybill/outbox';
import {
  awsOf,
  DATABASE,
  DatabaseModule,
  Health,
  kafkaConnection,
  redisConnection,
  reportBrokers,
  watchDeliveries,
  type PrismaDatabase,
} from '@waybill/service-kit';
import { messagingTelemetry } from '@waybill/telemetry';
import type { NotificationSettings } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { Housekeeping } from './housekeeping.js';
import { KeptImages } from './images/kept-images.js';
import { Mailer, MAILER_OPTIONS } from './mails/mailer.js';
import { MailsController } from './mails/mails.controller.js';
import { MailsStore } from './mails/mails.store.js';
import { OnNotificationRequested } from './notifications/on-notification-requested.handler.js';
import { CloseInbox, openInbox } from './open-inbox.js';
import { outboxRoutes } from './outbox-routes.js';

const name = 'notification';
const { prefix, maxBytes } = images;
/** As long as `RedisInbox` remembers what was handled. */
const inboxDays = 7;

/** What differs where the process is not a service of its own. */
export interface NotificationHost {
  /** Brings the messages; by default they are asked for. */
  readonly sqs?: Broker;
  /** Names this process among all that share the outbox. */
  readonly owner?: string;
}

/** Everything the notification service is made of, and the only place that names a broker. */
@Module({})
export class NotificationModule {
  static with(settings: NotificationSettings, host: NotificationHost = {}): DynamicModule {
    const { DATABASE_URL: url, SMTP_URL, MAIL_FROM, SMTP_TIMEOUT_MS, CLAIMS_BUCKET } = settings;
    const events = messagingTelemetry(new Logger('messaging'));
    const stores = { bucket: CLAIMS_BUCKET, ...awsOf(settings) };
    const brokers = brokersOf(settings, events, host);
    const relay = new OutboxRelay({
      databaseUrl: url,
      publishers: { kafka: brokers.kafka.publisher('relay') },
      owner: host.owner ?? `${name}@${hostname()}:${settings.PORT}`,
      events,
    });
    const outbox = new Outbox({ source: '/waybill/notification', routes: outboxRoutes, relay });
    const leaseMs = settings.MAIL_LEASE_MS;
    const inbox = new RedisInbox({
      ...redisConnection(settings),
      events,
      leaseMs,
      renewEveryMs: Math.floor(leaseMs / 3),
    });
    return {
      module: NotificationModule,
      imports: [
        DatabaseModule.for({
          client: PrismaClient,
          migrations: new URL('../prisma/migrations', import.meta.url),
          url,
          applicationName: name,
        }),
        MessagingModule.register({
          inject: [DATABASE, Health],
          useFactory: async (database: PrismaDatabase, health: Health) => {
            reportBrokers(Object.values(brokers), health);
            await openInbox(inbox);
            return {
              brokers: Object.values(brokers),
              subscriptions: [subscriptions.orderNotifications],
              database,
              inbox,
              inboxDays,
              events,
              announce: announceThrough(outbox, deliveryNotices),
              relay,
              watch: (status) => watchDeliveries(status, health),
            };
          },
        }),
      ],
      controllers: [MailsController],
      providers: [
        { provide: Outbox, useValue: outbox },
        { provide: RedisInbox, useValue: inbox },
        CloseInbox,
        { provide: ClaimStore, useValue: new ClaimStore({ ...stores, prefix: claims.prefix }) },
        { provide: ContentStore, useValue: new ContentStore({ ...stores, prefix, maxBytes }) },
        KeptImages,
        { provide: MAILER_OPTIONS, useValue: { url: SMTP_URL, from: MAIL_FROM, timeoutMs: SMTP_TIMEOUT_MS } },
        Mailer,
        MailsStore,
        OnNotificationRequested,
        Housekeeping,
      ],
    };
  }
}

function brokersOf(settings: NotificationSettings, events: MessagingEvents, { sqs }: NotificationHost) {
  return {
    kafka: kafkaBroker({ ...kafkaConnection(settings), clientId: name, events }),
    sqs:
      sqs ??
      sqsBroker({
        ...awsOf(settings),
        visibilitySeconds: settings.SQS_VISIBILITY_SECONDS,
        waitSeconds: settings.SQS_WAIT_SECONDS,
        events,
      }),
  };
}
