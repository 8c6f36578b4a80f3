import { hostname } from 'node:os';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { claimChecking, ClaimStore, ContentStore } from '@waybill/claim-check';
import {
  addresses,
  claims,
  deadLetterRoute,
  deliveryNotices,
  images,
  PaymentQuote,
  subscriptions,
  topology,
} from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import type { MessagingEvents } from '@waybill/messaging';
import { kafkaBroker, UnconfirmedPublisher } from '@waybill/messaging-kafka';
import { MessagingModule, WaybillClient } from '@waybill/messaging-nest';
import { queueDepth, rabbitmqBroker, rabbitmqRpcClient } from '@waybill/messaging-rabbitmq';
import { sqsBroker } from '@waybill/messaging-sqs';
import { announceThrough, Outbox, OutboxRelay } from '@waybill/outbox';
import {
  awsOf,
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
import { ACTIVITY_PUBLISHER, PublishActivity } from './activity/publish-activity.js';
import { AdmitOrder } from './backpressure/admit-order.js';
import { limitsOf } from './backpressure/backpressure.config.js';
import { BackpressureModule } from './backpressure/backpressure.module.js';
import type { OrderSettings } from './config.js';
import { OnExpireOrder } from './expiry/on-expire-order.handler.js';
import { SWEEP_OPTIONS, SweepUnpaidOrders } from './expiry/sweep-unpaid-orders.js';
import { PrismaClient } from './generated/prisma/client.js';
import { IdempotencyKeysStore } from './idempotency/idempotency-keys.store.js';
import { Housekeeping } from './housekeeping.js';
import { ImagesController } from './images/images.controller.js';
import { CarryOut } from './orders/carry-out.js';
import { CancelOrder } from './cancellations/cancel-order.js';
import { CancellationsController } from './cancellations/cancellations.controller.js';
import { OnPaymentRefunded } from './cancellations/on-payment-refunded.handler.js';
import { ErasePersonalData } from './people/erase-personal-data.js';
import { PersonalDataController } from './people/personal-data.controller.js';
import { FindOrders } from './orders/find-orders.js';
import { OnOrderCreated } from './orders/on-order-created.handler.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersStore } from './orders/orders.store.js';
import { WatchUnsettled } from './orders/watch-unsettled.js';
import { PlaceOrder } from './orders/place-order.js';
import { outboxRoutes } from './outbox-routes.js';
import { OnPaymentCancelled } from './payments/on-payment-cancelled.handler.js';
import { OnPaymentCaptured } from './payments/on-payment-captured.handler.js';
import { OnPaymentDeclined } from './payments/on-payment-declined.handler.js';
import { OnPaymentUnknown } from './payments/on-payment-unknown.handler.js';
import { QuotesController } from './quotes/quotes.controller.js';
import { ProductsController } from './stock/products.controller.js';
import { ProductsStore } from './stock/products.store.js';
import { StockStore } from './stock/stock.store.js';

const name = 'order';
const { prefix, maxBytes } = images;
const { orderProcessing, orderExpiry, orderPayments } = subscriptions;

/** Everything the order service is made of, and the only place that names a broker. */
@Module({})
export class OrderModule {
  static with(settings: OrderSettings): DynamicModule {
    const { DATABASE_URL: url, EXPIRY_SWEEP_AGE_MS, EXPIRY_SWEEP_INTERVAL_MS } = settings;
    const events = messagingTelemetry(new Logger('messaging'));
    const brokers = brokersOf(settings, events);
    const stores = { bucket: settings.CLAIMS_BUCKET, ...awsOf(settings) };
    const claimStore = new ClaimStore({ ...stores, prefix: claims.prefix });
    const relay = new OutboxRelay({
      databaseUrl: url,
      publishers: {
        kafka: brokers.kafka.publisher('relay'),
        rabbitmq: brokers.rabbitmq.publisher('relay'),
        sqs: claimChecking(brokers.sqs.publisher('relay'), {
          store: claimStore,
          fields: claims.fields,
        }),
      },
      owner: `${name}@${hostname()}:${settings.PORT}`,
      events,
    });
    const rpc = rabbitmqRpcClient({ ...rabbitmqConnection(settings), clientName: name, events });
    const outbox = new Outbox({ source: '/waybill/order', routes: outboxRoutes, relay });
    const activity = new UnconfirmedPublisher(
      { ...kafkaConnection(settings), clientId: name, events },
      'activity',
    );
    return {
      module: OrderModule,
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
            health.report('rpc', () => ({ ...rpc.health(), pending: rpc.pending }));
            health.report('activity', () => activity.counts);
            health.report('claims', () => claimStore.health());
            return {
              brokers: Object.values(brokers),
              subscriptions: [orderProcessing, orderExpiry, orderPayments],
              database,
              inbox: new PostgresInbox(),
              events,
              announce: announceThrough(outbox, deliveryNotices),
              relay,
              watch: (status) => watchDeliveries(status, health),
            };
          },
        }),
        BackpressureModule.for({
          queue: queueDepth(addresses.orderProcessing, {
            ...rabbitmqConnection(settings),
            clientName: name,
            events,
          }),
          limits: limitsOf(settings),
          lookEveryMs: 1_000,
        }),
      ],
      controllers: [
        OrdersController,
        CancellationsController,
        ActivityController,
        ImagesController,
        PersonalDataController,
        ProductsController,
        QuotesController,
      ],
      providers: [
        { provide: Outbox, useValue: outbox },
        { provide: WaybillClient, useValue: new WaybillClient(rpc, [PaymentQuote]) },
        { provide: ContentStore, useValue: new ContentStore({ ...stores, prefix, maxBytes }) },
        { provide: ACTIVITY_PUBLISHER, useValue: activity },
        PublishActivity,
        {
          provide: SWEEP_OPTIONS,
          useValue: { ageMs: EXPIRY_SWEEP_AGE_MS, intervalMs: EXPIRY_SWEEP_INTERVAL_MS },
        },
        AdmitOrder,
        PlaceOrder,
        FindOrders,
        CarryOut,
        OrdersStore,
        StockStore,
        ProductsStore,
        IdempotencyKeysStore,
        SweepUnpaidOrders,
        WatchUnsettled,
        ErasePersonalData,
        Housekeeping,
        OnOrderCreated,
        OnExpireOrder,
        OnPaymentCaptured,
        OnPaymentDeclined,
        OnPaymentCancelled,
        OnPaymentUnknown,
        OnPaymentRefunded,
        CancelOrder,
      ],
    };
  }
}

function brokersOf(settings: OrderSettings, events: MessagingEvents) {
  return {
    kafka: kafkaBroker({ ...kafkaConnection(settings), clientId: name, events }),
    rabbitmq: rabbitmqBroker({
      ...rabbitmqConnection(settings),
      clientName: name,
      events,
      deadLetterRoute,
      queues: topology.rabbitmq.queues,
    }),
    sqs: sqsBroker({ ...awsOf(settings), events }),
  };
}
