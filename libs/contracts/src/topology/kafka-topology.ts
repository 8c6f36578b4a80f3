import type { KafkaTopic } from '@waybill/messaging';
import { addresses } from './addresses.js';
import { subscriptions } from './subscriptions.js';

const keptForEver = { 'retention.ms': '-1', 'min.insync.replicas': '2' };

const events = [addresses.orderEvents, addresses.payments].map((name): KafkaTopic => ({
  name,
  partitions: 6,
  config: keptForEver,
}));

const deadLetters = [subscriptions.orderPayments, subscriptions.auditEvents].flatMap(
  ({ name, addresses: topics }) =>
    topics.map((topic): KafkaTopic => ({ name: `${topic}.${name}.dlq`, partitions: 1, config: keptForEver })),
);

const auditHeads: KafkaTopic = {
  name: addresses.auditHeads,
  partitions: 1,
  config: { 'cleanup.policy': 'compact', 'min.insync.replicas': '2' },
};

/** Replication is the brokers' default (3). Keyed topics never grow in partitions: keys would change places. */
export const kafkaTopology = { topics: [...events, ...deadLetters, auditHeads] };
