import type { Attributes } from '@opentelemetry/api';
import type { Envelope } from './message.js';
import type { Subscription } from './subscription.js';

interface MessageOf {
  readonly address: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly subscription?: string;
  readonly envelope?: Pick<Envelope, 'id' | 'type' | 'subject'>;
}

/** OpenTelemetry's names for the brokers. */
const systems: Readonly<Record<Subscription['broker'], string>> = {
  kafka: 'kafka',
  rabbitmq: 'rabbitmq',
  sqs: 'aws_sqs',
  memory: 'memory',
};

export const messagingSystem = (broker: string): string =>
  systems[broker as Subscription['broker']] ?? broker;

/**
 * Which message, and where, in the words of OpenTelemetry's messaging conventions; ours begin with `waybill.`. The key is
 * left out: it is a customer's.
 */
export function messagingAttributes(
  broker: string,
  { address, partition, offset, subscription, envelope }: MessageOf,
): Attributes {
  return {
    'messaging.system': messagingSystem(broker),
    'messaging.destination.name': address,
    ...(subscription && { 'messaging.destination.subscription.name': subscription }),
    ...(partition !== undefined && { 'messaging.destination.partition.id': String(partition) }),
    ...(broker === 'kafka' && offset !== undefined && { 'messaging.kafka.offset': Number(offset) }),
    ...(broker === 'rabbitmq' &&
      !subscription && {
        'messaging.rabbitmq.destination.routing_key': routingKeyOf(address),
      }),
    ...(envelope && {
      'messaging.message.id': envelope.id,
      'waybill.message.type': envelope.type,
      'waybill.subject': envelope.subject,
    }),
  };
}

/** Of `exchange/routing.key`; a queue is reached through the default exchange by its own name. */
const routingKeyOf = (address: string): string => address.slice(address.indexOf('/') + 1);
