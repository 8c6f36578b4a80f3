import type { KafkaTopic, Topology } from '@waybill/messaging';
import kafkajs, { type Admin } from 'kafkajs';
import { connectableClient } from './kafka-client.js';
import { KafkaTopologyError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions } from './kafka.options.js';
import { onceKnown } from './once-known.js';

type Declared = Pick<Topology, 'kafka'>;
type Connection = Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'>;

/**
 * Makes the topics that are missing, with the brokers' default replication. Rejects with a `KafkaTopologyError` that
 * lists every topic whose partitions or configuration differ: keyed topics never grow, keys would change places.
 */
export function applyKafkaTopology({ kafka }: Declared, connection: Connection): Promise<void> {
  return withAdmin(connection, (admin) =>
    onceKnown(async () => {
      const existing = new Set(await admin.listTopics());
      const topics = kafka.topics.filter(({ name }) => !existing.has(name)).map(creationOf);
      if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
      refuse(await differences(kafka.topics, admin));
    }),
  );
}

/** Rejects with a `KafkaTopologyError` that names every topic that is missing or different. */
export function checkKafkaTopology({ kafka }: Declared, connection: Connection): Promise<void> {
  return withAdmin(connection, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = kafka.topics.filter(({ name }) => !existing.has(name));
    const present = kafka.topics.filter(({ name }) => existing.has(name));
    refuse([
      ...missing.map(({ name }) => `topic ${name} is missing`),
      ...(await differences(present, admin)),
    ]);
  });
}

const byDefault = -1;

const creationOf = ({ name, partitions, config }: KafkaTopic) => ({
  topic: name,
  numPartitions: partitions,
  replicationFactor: byDefault,
  configEntries: Object.entries(config).map(([entry, value]) => ({ name: entry, value })),
});

async function differences(topics: readonly KafkaTopic[], admin: Admin): Promise<string[]> {
  if (topics.length === 0) return [];
  const [partitions, configurations] = await Promise.all([
    partitionCounts(topics, admin),
    configs(topics, admin),
  ]);
  return topics.flatMap((topic) => [
    ...partitionDifference(topic, partitions.get(topic.name)),
    ...configDifferences(topic, configurations.get(topic.name) ?? new Map<string, string>()),
  ]);
}

async function partitionCounts(topics: readonly KafkaTopic[], admin: Admin): Promise<Map<string, number>> {
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
}

export async function configs(
  topics: readonly Pick<KafkaTopic, 'name'>[],
  admin: Admin,
): Promise<Map<string, Map<string, string>>> {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const answer = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type, name })),
  });
  return new Map(
    answer.resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

function partitionDifference({ name, partitions }: KafkaTopic, found: number | undefined): string[] {
  if (found === partitions) return [];
  return [
    `topic ${name} has ${found} partitions, ${partitions} are declared; move its messages to a new topic`,
  ];
}

function configDifferences({ name, config }: KafkaTopic, found: ReadonlyMap<string, string>): string[] {
  return Object.entries(config)
    .filter(([entry, value]) => found.get(entry) !== value)
    .map(([entry, value]) => `topic ${name}: ${entry} is ${found.get(entry)}, ${value} is declared`);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new KafkaTopologyError(problems);
}

export async function withAdmin<T>(connection: Connection, work: (admin: Admin) => Promise<T>): Promise<T> {
  const client = connectableClient(normaliseKafkaOptions({ ...connection, clientId: 'waybill' }), 'topology');
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    // What was asked is answered by now, or its error is on its way; `giveUp` ends the sockets in any case.
    await admin.disconnect().catch(() => undefined);
    client.giveUp();
  }
}
