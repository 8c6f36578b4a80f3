import {
  deadLetterAddresses,
  inletAddresses,
  retryAddresses,
  type KafkaTopic,
  type Subscription,
} from '@waybill/messaging';
import { addresses } from './addresses.js';
import { subscriptions } from './subscriptions.js';

const dayMs = 86_400_000;

const safe = { 'min.insync.replicas': '2' };
const keptForEver = { ...safe, 'retention.ms': '-1' };
const keptForDays = (days: number) => ({ ...safe, 'retention.ms': String(days * dayMs) });

const topic = (name: string, partitions: number, config: KafkaTopic['config']): KafkaTopic => ({
  name,
  partitions,
  config,
});

const events = [addresses.orderEvents, addresses.payments].map((name) => topic(name, 6, keptForEver));
const deliveries = topic(addresses.deliveries, 6, keptForDays(30));
const activity = topic(addresses.storefrontActivity, 6, keptForDays(1));
/** Increments, so not compacted: the last record of a key is not its sum. One partition: a record a transaction is little. */
const sales = topic(addresses.salesPerMinute, 1, keptForEver);
const auditHeads = topic(addresses.auditHeads, 1, { ...safe, 'cleanup.policy': 'compact' });

/** Dead letters wait for a person, however long; control messages and retries outlast any outage. */
const besides = (subscription: Subscription): KafkaTopic[] => [
  ...deadLetterAddresses(subscription).map((name) => topic(name, 1, keptForEver)),
  ...inletAddresses(subscription).map((name) => topic(name, 1, keptForDays(14))),
  ...retryAddresses(subscription).map((name) => topic(name, 6, keptForDays(14))),
];

const ofSubscriptions = Object.values(subscriptions)
  .filter(({ broker }) => broker === 'kafka')
  .flatMap(besides);

/** Replication is the brokers' default (3). Keyed topics never grow in partitions: keys would change places. */
export const kafkaTopology = {
  topics: [...events, deliveries, activity, sales, ...ofSubscriptions, auditHeads],
};
