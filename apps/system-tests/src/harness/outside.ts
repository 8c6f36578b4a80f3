import { AuditApi } from './audit-api.js';
import { Databases } from './databases.js';
import { DeliveriesApi } from './deliveries-api.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { MailSink } from './mail-sink.js';
import { MetricsApi } from './metrics-api.js';
import { OrderApi } from './order-api.js';
import { Psp } from './psp.js';
import { RabbitmqOutsider } from './rabbitmq-outsider.js';
import { RedisOutsider } from './redis-outsider.js';
import type { RunningSystem } from './running-system.js';
import { S3Outsider } from './s3-outsider.js';
import { SqsOutsider } from './sqs-outsider.js';

/** Every way in and every place to look, for a test that knows the system from outside only. */
export interface Outside {
  readonly system: RunningSystem;
  readonly orders: OrderApi;
  readonly audit: AuditApi;
  /** How messages stand, as each service says. */
  readonly deliveries: Readonly<Record<'order' | 'payment' | 'notification', DeliveriesApi>>;
  readonly psp: Psp;
  readonly rabbitmq: RabbitmqOutsider;
  readonly kafka: KafkaOutsider;
  readonly sqs: SqsOutsider;
  /** The bucket of claims. */
  readonly s3: S3Outsider;
  readonly redis: RedisOutsider;
  readonly mailSink: MailSink;
  readonly databases: Databases;
  readonly metrics: MetricsApi;
}

export function outsideOf(system: RunningSystem): Outside {
  return {
    system,
    orders: new OrderApi(system.address('ORDER_URL')),
    audit: new AuditApi(system.address('AUDIT_URL')),
    deliveries: {
      order: new DeliveriesApi(system.address('ORDER_URL')),
      payment: new DeliveriesApi(system.address('PAYMENT_URL')),
      notification: new DeliveriesApi(system.address('NOTIFICATION_URL')),
    },
    psp: new Psp(system.address('PSP_URL')),
    rabbitmq: new RabbitmqOutsider(system.address('RABBITMQ_URL')),
    kafka: new KafkaOutsider(system.address('KAFKA_BROKERS')),
    sqs: new SqsOutsider(system.address('AWS_ENDPOINT_URL')),
    s3: new S3Outsider(system.address('AWS_ENDPOINT_URL'), 'waybill-claims'),
    redis: new RedisOutsider(system.address('REDIS_URL')),
    mailSink: new MailSink(system.address('MAILS_URL')),
    databases: new Databases(system.environment),
    metrics: new MetricsApi({
      order: system.address('ORDER_URL'),
      payment: system.address('PAYMENT_URL'),
      audit: system.address('AUDIT_URL'),
      notification: system.address('NOTIFICATION_URL'),
      'psp-simulator': system.address('PSP_URL'),
    }),
  };
}
