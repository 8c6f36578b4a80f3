import { lagOf, membersOf } from '@waybill/messaging-kafka';
import { queueDepth } from '@waybill/messaging-sqs';
import type { Addresses } from '../addresses.ts';
import { connectRabbitmq } from '../connect-rabbitmq.ts';
import type { Declared } from './declared.ts';
import { readStandings } from './read-standings.ts';

export const kafkaOptions = ({ kafka }: Addresses) => ({ ...kafka, clientId: 'waybill' });

/** Messages that were not handed over yet. */
export async function waitingFor(subscription: Declared, addresses: Addresses): Promise<number> {
  if (subscription.broker === 'kafka') return lagOf(subscription, kafkaOptions(addresses));
  if (subscription.broker === 'sqs') return queueDepth(addresses.aws, subscription.addresses[0]!);
  return (await askQueue(subscription, addresses)).messageCount;
}

/**
 * Members of the group, or consumers of the queue: by the broker's word, which is what counts. SQS knows of none, so there
 * it is the word of the service, one for all its replicas.
 */
export async function consumersOf(subscription: Declared, addresses: Addresses): Promise<number> {
  if (subscription.broker === 'kafka') return membersOf(subscription, kafkaOptions(addresses));
  if (subscription.broker === 'sqs') return runningIn(subscription, addresses);
  return (await askQueue(subscription, addresses)).consumerCount;
}

async function runningIn({ name }: Declared, addresses: Addresses): Promise<number> {
  return (await readStandings(addresses))[name]?.state === 'running' ? 1 : 0;
}

async function askQueue({ addresses: [queue] }: Declared, { rabbitmq }: Addresses) {
  const connection = await connectRabbitmq(rabbitmq);
  try {
    const channel = await connection.createChannel();
    return await channel.checkQueue(queue!);
  } finally {
    await connection.close();
  }
}
