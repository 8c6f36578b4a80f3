import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Server } from './server.ts';
import { kafkaJars, type Site } from './site.ts';

/** Any 16 bytes in base64url; the same for all brokers of a site. */
export const clusterId = 'V2F5YmlsbFdheWJpbGxXYQ';

/** Small and quick to start: a broker of a laptop cluster lives on 300 MB. */
const jvm = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

const classPath = [
  '-cp',
  `${kafkaJars}/*`,
  `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka/log4j2.properties')}`,
];

/** What `java` is told before the name of one of Kafka's programs. */
export const kafkaJava = [...jvm, ...classPath];

/** Fetches Kafka's jars from Maven Central, once. Made aside and renamed, so that a broken download is never used. */
export async function installKafka(report: (line: string) => void, signal?: AbortSignal): Promise<void> {
  if (existsSync(kafkaJars)) return;
  report('fetching Kafka 4.3.1');
  const aside = `${kafkaJars}.partial`;
  await rm(aside, { recursive: true, force: true });
  const pom = join(import.meta.dirname, 'kafka/pom.xml');
  const goal = 'dependency:copy-dependencies';
  const fix = 'Maven must reach Maven Central (or the mirror in ~/.m2/settings.xml).';
  const args = ['-q', '-B', '-f', pom, goal, `-DoutputDirectory=${aside}`, '-DincludeScope=runtime'];
  await run('mvn', args, { fix, signal });
  await rename(aside, kafkaJars);
}

/** Three combined KRaft nodes: broker and controller in one process each. */
export function kafkaServers(site: Site): Server[] {
  return [1, 2, 3].map((node) => kafkaServer(site, node));
}

function kafkaServer(site: Site, node: number): Server {
  const folder = join(site.folder, `kafka-${node}`);
  const properties = join(folder, 'server.properties');
  return {
    name: `kafka-${node}`,
    command: 'java',
    args: [...kafkaJava, 'kafka.Kafka', properties],
    port: site.ports.kafka[node - 1]!,
    stopSignal: 'SIGTERM',
    prepare: async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(properties, propertiesOf(site, node, join(folder, 'data')));
      await format(properties, join(folder, 'data'));
    },
  };
}

async function format(properties: string, data: string): Promise<void> {
  if (existsSync(join(data, 'meta.properties'))) return;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties];
  await run('java', [...kafkaJava, ...tool], { fix: 'Is the disk full?' });
}

function propertiesOf({ ports }: Site, node: number, data: string): string {
  const voters = ports.kafkaControllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(',');
  const client = `PLAINTEXT://127.0.0.1:${ports.kafka[node - 1]}`;
  return `process.roles=broker,controller
node.id=${node}
controller.quorum.voters=${voters}
controller.listener.names=CONTROLLER
listeners=${client},CONTROLLER://127.0.0.1:${ports.kafkaControllers[node - 1]}
advertised.listeners=${client}
log.dirs=${data}
auto.create.topics.enable=false
unclean.leader.election.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=6
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=6
share.coordinator.state.topic.replication.factor=3
share.coordinator.state.topic.min.isr=2
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=6000
num.network.threads=2
num.io.threads=4
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
`;
}
