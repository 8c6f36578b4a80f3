import { memoryUnderTest, type BrokerUnderTest } from '@waybill/messaging-conformance';
import { faultsOf } from '../faults.ts';
import type { BrokerName, Options } from '../options.ts';
import { kafkaUnderTest } from './kafka.ts';
import { rabbitmqUnderTest } from './rabbitmq.ts';
import { sqsUnderTest } from './sqs.ts';

const kafkaNodes = ['kafka-1', 'kafka-2', 'kafka-3'];

/**
 * Once a durable queue that had been declared a moment before RabbitMQ 3.10 was killed was gone after it, with all that was
 * confirmed in it; killed in the same way again, it never was. Those of a system are older.
 */
const declaredMs = 3_000;

/** As this process can reach them; their servers are ours to stop. */
export function brokersUnderTest({ brokers, site }: Options): BrokerUnderTest[] {
  const { KAFKA_BROKERS = '', RABBITMQ_URL = '', AWS_ENDPOINT_URL = '' } = process.env;
  const make: Record<BrokerName, () => BrokerUnderTest> = {
    kafka: () =>
      kafkaUnderTest(
        KAFKA_BROKERS.split(','),
        faultsOf(site, { restarted: ['kafka-1'], paused: kafkaNodes }),
      ),
    rabbitmq: () => {
      const struck = ['rabbitmq'];
      return rabbitmqUnderTest(
        RABBITMQ_URL,
        faultsOf(site, { restarted: struck, paused: struck, declaredMs }),
      );
    },
    sqs: () => sqsUnderTest(AWS_ENDPOINT_URL, faultsOf(site, { restarted: ['fauxqs'], paused: ['fauxqs'] })),
    memory: memoryUnderTest,
  };
  return brokers.map((name) => make[name]());
}
