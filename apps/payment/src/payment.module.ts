import { hostname } from 'node:os';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { deadLetterRoute, deliveryNotices, subscriptions, topology } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import type { MessagingEvents } from '@waybill/messaging';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { MessagingModule } from '@waybill/messaging-nest';
import { rabbitmqBroker, rabbitmqRpcServer } from '@waybill/messaging-rabbitmq';
import { announceThrough, Outbox, OutboxRelay } from '@waybill/outbox';
import {
  DATABASE,
  DatabaseModule,
  Health,
  kafkaConnection,
  rabbitmqConnection,
  reportBrokers,
  watchDeliveries,
  type PrismaDatabase,
} from '@waybill/service-kit';
import { messagingTelemetry } from '@waybill/telemetry';
import type { PaymentSettings } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { Housekeeping } from './housekeeping.js';
import { outboxRoutes } from './outbox-routes.js';
import { ClaimPayment, LEASE_MS } from './payments/claim-payment.js';
import { ConcludePayment } from './payments/conclude-payment.js';
import { OnCancelPayment } from './payments/on-cancel-payment.handler.js';
import { OnPaymentRequested } from './payments/on-payment-requested.handler.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentsStore } from './payments/payments.store.js';
import { OnRefundPayment } from './refunds/on-refund-payment.handler.js';
import { RefundsStore } from './refunds/refunds.store.js';
import { TellLateRefunds } from './refunds/tell-late-refunds.js';
import { PSP_OPTIONS, PspClient } from './psp/psp-client.js';
import { QuotesController } from './quotes/quotes.controller.js';

const name = 'payment';

/** Everything the payment service is made of, and the only place that names a broker. */
@Module({})
export class PaymentModule {
  static with(settings: PaymentSettings): DynamicModule {
    const { DATABASE_URL: url, PSP_URL, PSP_TIMEOUT_MS, PAYMENT_LEASE_MS } = settings;
    const events = messagingTelemetry(new Logger('messaging'));
    const brokers = brokersOf(settings, events);
    const relay = new OutboxRelay({
      databaseUrl: url,
      publishers: { kafka: brokers.kafka.publisher('relay') },
      owner: `${name}@${hostname()}:${settings.PORT}`,
      events,
    });
    const outbox = new Outbox({ source: '/waybill/payment', routes: outboxRoutes, relay });
    return {
      module: PaymentModule,
      imports: [
        DatabaseModule.for({
          client: PrismaClient,
          migrations: new URL('../prisma/migrations', import.meta.url),
          url,
          applicationName: name,
        }),
        MessagingModule.register({
          inject: [DATABASE, Health],
          useFactory: (database: PrismaDatabase, health: Health) => {
            reportBrokers(Object.values(brokers), health);
            return {
              brokers: Object.values(brokers),
              subscriptions: [subscriptions.paymentQueue],
              database,
              inbox: new PostgresInbox(),
              events,
              announce: announceThrough(outbox, deliveryNotices),
              relay,
              answers: (service, answer) =>
                rabbitmqRpcServer(service, answer, {
                  ...rabbitmqConnection(settings),
                  clientName: name,
                  events,
                }),
              watch: (status) => watchDeliveries(status, health),
            };
          },
        }),
      ],
      controllers: [PaymentsController, QuotesController],
      providers: [
        { provide: Outbox, useValue: outbox },
        {
          provide: PSP_OPTIONS,
          useValue: { url: PSP_URL, timeoutMs: PSP_TIMEOUT_MS, apiKey: settings.PSP_API_KEY },
        },
        { provide: LEASE_MS, useValue: PAYMENT_LEASE_MS },
        PaymentsStore,
        ClaimPayment,
        ConcludePayment,
        PspClient,
        OnPaymentRequested,
        OnCancelPayment,
        RefundsStore,
        OnRefundPayment,
        Housekeeping,
        {
          provide: TellLateRefunds,
          inject: [DATABASE],
          useFactory: (database: PrismaDatabase) => new TellLateRefunds(database),
        },
      ],
    };
  }
}

function brokersOf(settings: PaymentSettings, events: MessagingEvents) {
  return {
    kafka: kafkaBroker({ ...kafkaConnection(settings), clientId: name, events }),
    rabbitmq: rabbitmqBroker({
      ...rabbitmqConnection(settings),
      clientName: name,
      events,
      deadLetterRoute,
      queues: topology.rabbitmq.queues,
    }),
  };
}
