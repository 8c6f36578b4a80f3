import { ClaimStore } from '@waybill/claim-check';
import { claims, topology } from '@waybill/contracts';
import { applyKafkaTopology } from '@waybill/messaging-kafka';
import { applyRabbitmqTopology } from '@waybill/messaging-rabbitmq';
import { applySqsTopology } from '@waybill/messaging-sqs';
import { kafkaConnectionFrom, rabbitmqConnectionFrom } from '@waybill/service-kit/settings';
import { awsOptions } from './aws-options.ts';

/** Makes every topic, exchange, queue, binding and bucket that is missing; says what exists differently. */
export async function applyTopology(environment: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all([
    applyKafkaTopology(topology, kafkaConnectionFrom(environment)),
    applyRabbitmqTopology(topology, rabbitmqConnectionFrom(environment)),
    applyAws(environment),
  ]);
}

/** Queues and the bucket of claims. */
export async function applyAws(environment: Readonly<Record<string, string>>): Promise<void> {
  const aws = awsOptions(environment);
  await applySqsTopology(topology, aws);
  const store = new ClaimStore({
    bucket: environment['CLAIMS_BUCKET'] ?? claims.bucket,
    prefix: claims.prefix,
    ...aws,
  });
  await store.prepare().finally(() => store.close());
}
