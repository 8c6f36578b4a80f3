import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { clusterId, kafkaJava } from '../servers/kafka.ts';
import { run } from '../servers/run.ts';
import type { Server } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';
import type { Certificate } from './certificates.ts';

interface Account {
  readonly user: string;
  readonly password: string;
  /** The authority whose certificates clients must bring, in a file; without it they bring none. */
  readonly clientsOf?: string | undefined;
}

/** One node, broker and controller, that takes clients over TLS with SASL only: PLAIN, or SCRAM with the same password. */
export function tlsKafka(site: Site, certificate: Certificate, account: Account): Server {
  const folder = join(site.folder, 'kafka');
  const properties = join(folder, 'server.properties');
  return {
    name: 'kafka',
    command: 'java',
    args: [...kafkaJava, 'kafka.Kafka', properties],
    port: site.ports.kafka[0],
    stopSignal: 'SIGTERM',
    prepare: async () => {
      await mkdir(folder, { recursive: true });
      const keystore = join(folder, 'keystore.pem');
      const pem = [certificate.key, certificate.certificate].map((file) => readFile(file, 'utf8'));
      await writeFile(keystore, (await Promise.all(pem)).join(''));
      await writeFile(properties, propertiesOf(site, keystore, join(folder, 'data'), account));
      const scram = `SCRAM-SHA-512=[name=${account.user},password=${account.password}]`;
      const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties];
      await run('java', [...kafkaJava, ...tool, '--add-scram', scram], { fix: 'Is the disk full?' });
    },
  };
}

/** Through the listener that brokers have among themselves, which asks for nothing. */
export async function makeTopic({ ports }: Site, topic: string): Promise<void> {
  const brokers = [`127.0.0.1:${ports.kafka[1]}`];
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

/** Advertised by name, as a certificate has it; bound to loopback. */
const propertiesOf = (
  { ports }: Site,
  keystore: string,
  data: string,
  { user, password, clientsOf }: Account,
): string =>
  `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.kafkaControllers[0]}
controller.listener.names=CONTROLLER
listeners=CLIENT://127.0.0.1:${ports.kafka[0]},BROKERS://127.0.0.1:${ports.kafka[1]},CONTROLLER://127.0.0.1:${ports.kafkaControllers[0]}
advertised.listeners=CLIENT://localhost:${ports.kafka[0]},BROKERS://127.0.0.1:${ports.kafka[1]}
listener.security.protocol.map=CLIENT:SASL_SSL,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKERS
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${user}="${password}";
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location=${keystore}
${clientsOf ? clientCertificates(clientsOf) : ''}log.dirs=${data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
num.network.threads=1
num.io.threads=2
`;

const clientCertificates = (authority: string): string => `ssl.truststore.type=PEM
ssl.truststore.location=${authority}
ssl.client.auth=required
listener.name.client.ssl.client.auth=required
`;
