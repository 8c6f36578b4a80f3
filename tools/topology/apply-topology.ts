import { topology } from '@waybill/contracts';
import { applyKafkaTopology } from '@waybill/messaging-kafka';
import { applyRabbitmqTopology } from '@waybill/messaging-rabbitmq';

/** Makes every topic, exchange, queue and binding that is missing; says what exists differently. */
export async function applyTopology(environment: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all([
    applyKafkaTopology(topology, { brokers: environment['KAFKA_BROKERS']!.split(',') }),
    applyRabbitmqTopology(topology, { url: environment['RABBITMQ_URL']! }),
  ]);
}
