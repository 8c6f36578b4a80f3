/**
 * Who may import whom (docs: design, section 7). Apps take libraries, never another app; every library names the
 * libraries below it; a broker's client is known to its adapter alone, and Nest only to those made for it.
 */
const below = {
  messaging: [],
  contracts: ['messaging'],
  idempotency: ['messaging'],
  outbox: ['messaging'],
  telemetry: ['messaging'],
  'messaging-kafka': ['messaging'],
  'messaging-rabbitmq': ['messaging'],
  'messaging-sqs': ['messaging'],
  'claim-check': ['messaging'],
  'messaging-conformance': ['messaging'],
  'messaging-nest': ['messaging', 'outbox'],
  'service-kit': ['messaging', 'telemetry'],
  'test-kit': ['messaging'],
};

/** Of brokers and stores, which an app reaches through its libraries. */
const clients = ['kafkajs', 'amqplib', '@aws-sdk/client-sqs', '@aws-sdk/client-s3', '@redis/client'];

/** External packages and the only libraries that may import them. */
const keptTo = {
  '@nestjs/*': ['messaging-nest', 'service-kit'],
  kafkajs: ['messaging-kafka'],
  amqplib: ['messaging-rabbitmq'],
  '@aws-sdk/client-sqs': ['messaging-sqs'],
  '@aws-sdk/client-s3': ['claim-check'],
  '@redis/client': ['idempotency'],
};

const bannedFor = (library) =>
  Object.entries(keptTo).flatMap(([external, libraries]) => (libraries.includes(library) ? [] : [external]));

const rulesWith = (forTests) => [
  { sourceTag: 'app', onlyDependOnLibsWithTags: ['lib'], bannedExternalImports: clients },
  // End-to-end tests do to the brokers what any other program could, with the brokers' own clients.
  { sourceTag: 'outsider', onlyDependOnLibsWithTags: ['lib:test-kit'] },
  ...Object.entries(below).map(([library, allowed]) => ({
    sourceTag: `lib:${library}`,
    onlyDependOnLibsWithTags: [...allowed, ...forTests].map((name) => `lib:${name}`),
    bannedExternalImports: bannedFor(library),
  })),
];

export const dependencyRules = rulesWith([]);
/** A library's own tests need a database to run on, and a pool without Prisma. */
export const testDependencyRules = rulesWith(['test-kit', 'outbox', 'idempotency']);
