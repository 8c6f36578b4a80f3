import kafkajs, { type Admin } from 'kafkajs';
import type { NormalisedKafkaOptions } from './kafka.options.js';

type Config = ReadonlyMap<string, string>;

/** From so many brokers on, everything is kept three times and one broker may die unnoticed. */
export const brokersForSafety = 3;

/** A value of a broker, what it has to be, and what happens otherwise. */
interface Expected {
  readonly name: string;
  readonly expected: string;
  readonly holds: (value: string) => boolean;
  readonly otherwise: string;
}

const exactly = (name: string, expected: string, otherwise: string): Expected => ({
  name,
  expected,
  otherwise,
  holds: (value) => value === expected,
});

const atLeast = (name: string, least: number, otherwise: string): Expected => ({
  name,
  expected: `${least} or more`,
  otherwise,
  holds: (value) => Number(value) >= least,
});

const atMost = (name: string, most: number, otherwise: string): Expected => ({
  name,
  expected: `${most} or less`,
  otherwise,
  holds: (value) => Number(value) <= most,
});

/** Whatever a client can ask for, the broker's word counts in the end. */
export function expectedOf({ sessionTimeoutMs }: NormalisedKafkaOptions): readonly Expected[] {
  const refused = 'no consumer can join';
  return [
    exactly('auto.create.topics.enable', 'false', 'a mistyped name becomes a topic with one copy'),
    exactly(
      'unclean.leader.election.enable',
      'false',
      'a stale copy may lead, and what was confirmed is gone',
    ),
    atMost('group.min.session.timeout.ms', sessionTimeoutMs, refused),
    atLeast('group.max.session.timeout.ms', sessionTimeoutMs, refused),
  ];
}

/** What the cluster keeps its own books with: a topic that is there already, else what it would be made with. */
const safeguards: readonly (Expected & { readonly topic: string })[] = [
  {
    ...atLeast('offsets.topic.replication.factor', 3, 'with one broker goes what groups have committed'),
    topic: '__consumer_offsets',
  },
  {
    ...atLeast(
      'transaction.state.log.replication.factor',
      3,
      'with one broker goes how transactions have ended',
    ),
    topic: '__transaction_state',
  },
];

const transactionsInSync = atLeast(
  'transaction.state.log.min.isr',
  2,
  "one broker's death may lose how a transaction ended",
);

/**
 * Every value of the brokers that breaks a promise, by name, with what is expected. Values that a broker does not tell,
 * as hosted ones may not, are not judged.
 */
export async function clusterProblems(admin: Admin, options: NormalisedKafkaOptions): Promise<string[]> {
  const { brokers } = await admin.describeCluster();
  const configs = await configsOf(
    brokers.map(({ nodeId }) => nodeId),
    admin,
  );
  const expected = [
    ...expectedOf(options),
    ...(brokers.length < brokersForSafety ? [] : [...(await unmade(admin)), transactionsInSync]),
  ];
  return [
    ...[...configs].flatMap(([node, config]) => wrongValues(`broker ${node}`, config, expected)),
    ...(brokers.length < brokersForSafety ? [] : await lessReplicated(admin)),
  ];
}

export function wrongValues(where: string, config: Config, expected: readonly Expected[]): string[] {
  return expected.flatMap((each) => {
    const value = config.get(each.name);
    if (value === undefined || each.holds(value)) return [];
    return [`${each.name} of ${where} is ${value}, so ${each.otherwise}: expected ${each.expected}`];
  });
}

const unauthorised = ['CLUSTER_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED'];

async function configsOf(nodes: readonly number[], admin: Admin): Promise<Map<string, Config>> {
  const resources = nodes.map((node) => ({ type: kafkajs.ConfigResourceTypes.BROKER, name: String(node) }));
  try {
    const answer = await admin.describeConfigs({ includeSynonyms: false, resources });
    return new Map(
      answer.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    );
  } catch (error) {
    if (unauthorised.includes(String((error as { type?: unknown }).type))) return new Map();
    throw error;
  }
}

async function unmade(admin: Admin): Promise<readonly Expected[]> {
  const existing = new Set(await admin.listTopics());
  return safeguards.filter(({ topic }) => !existing.has(topic));
}

/** Made once, they keep the replication that they were made with. */
async function lessReplicated(admin: Admin): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const made = safeguards.filter(({ topic }) => existing.has(topic));
  if (made.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: made.map(({ topic }) => topic) });
  return made.flatMap(({ topic, otherwise, holds, expected }) => {
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
    const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
    return holds(String(replicas))
      ? []
      : [`replicas of ${topic} are ${replicas}, so ${otherwise}: expected ${expected}`];
  });
}
