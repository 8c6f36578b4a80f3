import { hostname } from 'node:os';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { addresses, deadLetterRoute, deliveryNotices, subscriptions, topology } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import type { MessagingEvents } from '@waybill/messaging';
import { kafkaBroker, TransactionalLane } from '@waybill/messaging-kafka';
import { MessagingModule } from '@waybill/messaging-nest';
import { rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { announceThrough, Outbox, OutboxRelay, routesTo } from '@waybill/outbox';
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
import { ActivityController } from './activity/activity.controller.js';
import { ActivityStore } from './activity/activity.store.js';
import { OnStorefrontActivity } from './activity/on-storefront-activity.handler.js';
import { AuditController } from './chain/audit.controller.js';
import { ChainStore } from './chain/chain.store.js';
import { OnAuditedEvent } from './chain/on-audited-event.handler.js';
import { WatchChain } from './chain/watch-chain.js';
import { CountDeadLettersLeft } from './deliveries/dead-letters-left.js';
import { WatchFindings } from './watch-findings.js';
import { VerifyChain } from './chain/verify-chain.js';
import type { AuditSettings } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { DeliveryNoticesStore } from './deliveries/delivery-notices.store.js';
import { OnDeliveryNotice } from './deliveries/on-delivery-notice.handler.js';
import { HeadsTopic } from './heads/heads-topic.js';
import { PublishHead } from './heads/publish-head.js';
import { AUDIT_HEAD_INTERVAL_MS, Housekeeping } from './housekeeping.js';
import { FindJourney } from './journeys/find-journey.js';
import { JourneysController } from './journeys/journeys.controller.js';
import { OnOrderEvent } from './rails/on-order-event.handler.js';
import { CustomerKeysStore } from './people/customer-keys.store.js';
import { ErasePersonalData } from './people/erase-personal-data.js';
import { PersonalDataController } from './people/personal-data.controller.js';
import { SealEntries } from './people/seal-entries.js';
import { RailsStore } from './rails/rails.store.js';
import { RECONCILIATION_GRACE_MS, ReconcileRails } from './rails/reconcile-rails.js';
import { ReconciliationController } from './rails/reconciliation.controller.js';
import { MESSAGING_EVENTS, OnSalesCounted } from './sales/on-sales-counted.handler.js';
import { RunSalesLane } from './sales/run-sales-lane.js';
import { salesLane } from './sales/sales-lane.js';
import { SalesController } from './sales/sales.controller.js';
import { SalesStore } from './sales/sales.store.js';

const name = 'audit';

/** It announces only what went wrong with its own deliveries, and is poked when it does. */
const relayPollMs = 1_000;

const outboxRoutes = routesTo(
  { broker: 'kafka', address: addresses.deliveries },
  Object.values(deliveryNotices),
);

/** Everything the audit service is made of, and the only place that names a broker. */
@Module({})
export class AuditModule {
  static with(settings: AuditSettings): DynamicModule {
    const { DATABASE_URL: url } = settings;
    const events = messagingTelemetry(new Logger('messaging'));
    const brokers = brokersOf(settings, events);
    const relay = new OutboxRelay({
      databaseUrl: url,
      publishers: { kafka: brokers.kafka.publisher('relay') },
      owner: `${name}@${hostname()}:${settings.PORT}`,
      events,
      pollMs: relayPollMs,
    });
    const outbox = new Outbox({ source: '/waybill/audit', routes: outboxRoutes, relay });
    const heads = new HeadsTopic({ broker: brokers.kafka, address: addresses.auditHeads, events });
    const lane = salesLane({ ...kafkaConnection(settings), clientId: name, events });
    return {
      module: AuditModule,
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
              subscriptions: [
                subscriptions.auditEvents,
                subscriptions.orderAuditQueue,
                subscriptions.auditDeliveries,
                subscriptions.activity,
                subscriptions.sales,
              ],
              database,
              inbox: new PostgresInbox(),
              events,
              announce: announceThrough(outbox, deliveryNotices),
              relay,
              watch: (status) => watchDeliveries(status, health),
            };
          },
        }),
      ],
      controllers: [
        ActivityController,
        AuditController,
        JourneysController,
        PersonalDataController,
        ReconciliationController,
        SalesController,
      ],
      providers: [
        { provide: HeadsTopic, useValue: heads },
        { provide: TransactionalLane, useValue: lane },
        { provide: MESSAGING_EVENTS, useValue: events },
        { provide: AUDIT_HEAD_INTERVAL_MS, useValue: settings.AUDIT_HEAD_INTERVAL_MS },
        { provide: RECONCILIATION_GRACE_MS, useValue: settings.RECONCILIATION_GRACE_MS },
        ChainStore,
        CustomerKeysStore,
        SealEntries,
        ErasePersonalData,
        VerifyChain,
        WatchChain,
        CountDeadLettersLeft,
        WatchFindings,
        RailsStore,
        ReconcileRails,
        FindJourney,
        PublishHead,
        Housekeeping,
        OnAuditedEvent,
        OnOrderEvent,
        DeliveryNoticesStore,
        OnDeliveryNotice,
        ActivityStore,
        OnStorefrontActivity,
        SalesStore,
        OnSalesCounted,
        RunSalesLane,
      ],
    };
  }
}

function brokersOf(settings: AuditSettings, events: MessagingEvents) {
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
