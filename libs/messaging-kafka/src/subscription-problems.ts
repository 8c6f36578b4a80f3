import {
  deadLetterAddresses,
  inletAddresses,
  retryAddresses,
  retrySpanMs,
  type Subscription,
} from '@waybill/messaging';
import type { Admin } from 'kafkajs';
import { brokersForSafety, clusterProblems } from './cluster-problems.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { topicsOf } from './topic-roles.js';
import { configs, withAdmin } from './topology.js';

/** A topic as it is on the brokers. */
interface Found {
  readonly topic: string;
  readonly replicas: number;
  readonly config: ReadonlyMap<string, string>;
}

/**
 * Every reason why the topics of a subscription, or the brokers they are on, cannot do what they are for; rejects while
 * the brokers cannot be asked.
 */
export function subscriptionProblems(
  subscription: Subscription,
  options: NormalisedKafkaOptions,
): Promise<string[]> {
  return withAdmin(options, async (admin) => {
    const wanted = [...topicsOf(subscription), ...deadLetterAddresses(subscription)];
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter((topic) => !existing.has(topic));
    const found = await find(
      wanted.filter((topic) => existing.has(topic)),
      admin,
    );
    const among = (topics: readonly string[]) => found.filter(({ topic }) => topics.includes(topic));
    const deadLetters = among(deadLetterAddresses(subscription));
    const hops = among([...retryAddresses(subscription), ...inletAddresses(subscription)]);
    const { brokers } = await admin.describeCluster();
    const ofTopics = [
      ...missing.map((topic) => `topic ${topic} is missing: apply the topology`),
      ...found.flatMap((topic) => unsafe(topic, brokers.length)),
      ...among(subscription.addresses).flatMap((address) => takesTooLittle(address, options)),
      ...deadLetters.flatMap(forgetsDeadLetters),
      ...hops.flatMap((hop) => forgetsEarly(hop, retrySpanMs(subscription))),
      ...[...deadLetters, ...hops].flatMap(forgetsSome),
      ...[...deadLetters, ...hops].flatMap((hop) => takesLess(hop, among(subscription.addresses))),
    ].map((problem) => `subscription ${subscription.name}: ${problem}`);
    return [...(await clusterProblems(admin, options)), ...ofTopics];
  });
}

async function find(topics: readonly string[], admin: Admin): Promise<Found[]> {
  if (topics.length === 0) return [];
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  const configurations = await configs(
    topics.map((name) => ({ name })),
    admin,
  );
  const replicas = new Map(
    metadata.topics.map(({ name, partitions }) => [
      name,
      Math.min(...partitions.map((partition) => partition.replicas.length)),
    ]),
  );
  return topics.map((topic) => ({
    topic,
    replicas: replicas.get(topic)!,
    config: configurations.get(topic)!,
  }));
}

/** With one copy, what was confirmed goes with its broker. A cluster of one or two brokers has no third to ask for. */
function unsafe({ topic, replicas, config }: Found, brokers: number): string[] {
  const stale = config.get('unclean.leader.election.enable') === 'true';
  const inSync = Number(config.get('min.insync.replicas'));
  return [
    ...(stale
      ? [
          `unclean.leader.election.enable of ${topic} is true, so a stale copy may lead, and what was confirmed is gone: set it to false`,
        ]
      : []),
    ...(brokers < brokersForSafety || replicas >= 3
      ? []
      : [`replicas of ${topic} are ${replicas}, so it stands still or is lost with its brokers: expected 3`]),
    ...(replicas < 3 || inSync >= 2
      ? []
      : [
          `min.insync.replicas of ${topic} is ${inSync}, so one broker's death may lose what was confirmed: set it to 2`,
        ]),
  ];
}

/** A publisher lets pass what the options allow, and a whole batch must fit as well. */
function takesTooLittle(
  { topic, config }: Found,
  { maxMessageBytes, batchBytes }: NormalisedKafkaOptions,
): string[] {
  const bytes = Number(config.get('max.message.bytes'));
  const needed = Math.max(maxMessageBytes, batchBytes);
  if (bytes >= needed) return [];
  return [`max.message.bytes of ${topic} is ${bytes}, below the ${needed} that are sent: raise it`];
}

/** They wait for a person, who may come late. */
function forgetsDeadLetters({ topic, config }: Found): string[] {
  const retention = config.get('retention.ms');
  if (retention === '-1') return [];
  return [`retention.ms of ${topic} is ${retention}, so dead letters vanish: set it to -1`];
}

/** What is deleted before its time was never retried. */
function forgetsEarly({ topic, config }: Found, spanMs: number): string[] {
  const retentionMs = Number(config.get('retention.ms'));
  if (retentionMs < 0 || retentionMs >= spanMs) return [];
  return [`retention.ms of ${topic} is ${retentionMs}, below the ${spanMs} ms that all retries may take`];
}

/** By key or by size, whatever their age. */
function forgetsSome({ topic, config }: Found): string[] {
  const [policy, bytes] = [config.get('cleanup.policy'), config.get('retention.bytes')];
  return [
    ...(policy === 'delete'
      ? []
      : [`cleanup.policy of ${topic} is ${policy}, so a key keeps one message only: set it to delete`]),
    ...(bytes === '-1'
      ? []
      : [`retention.bytes of ${topic} is ${bytes}, so a flood pushes messages out: set it to -1`]),
  ];
}

/** What was taken once must fit wherever it goes from there. */
function takesLess({ topic, config }: Found, addresses: readonly Found[]): string[] {
  const bytesOf = (found: Found['config']) => Number(found.get('max.message.bytes'));
  const needed = Math.max(0, ...addresses.map((address) => bytesOf(address.config)));
  if (bytesOf(config) >= needed) return [];
  return [`max.message.bytes of ${topic} is ${bytesOf(config)}, below the ${needed} that come: raise it`];
}
