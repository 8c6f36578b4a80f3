import type { Topology } from '@waybill/messaging';
import { kafkaTopology } from './kafka-topology.js';
import { rabbitmqTopology } from './rabbitmq-topology.js';
import { sqsTopology } from './sqs-topology.js';

/** Everything that must exist on the brokers before a service starts; `tools/topology` applies it. */
export const topology: Topology = {
  kafka: kafkaTopology,
  rabbitmq: rabbitmqTopology,
  sqs: sqsTopology,
};
