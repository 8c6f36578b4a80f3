import { lagOf, membersOf } from '@waybill/messaging-kafka';
import type { Addresses } from '../addresses.ts';
import { connectRabbitmq } from '../connect-rabbitmq.ts';
import type { Declared } from './declared.ts';

export const kafkaOptions = ({ kafka }: Addresses) => ({ ...kafka, clientId: 'waybill' });

/** Messages that were not handed over yet. */
export async function waitingFor(subscription: Declared, addresses: Addresses): Promise<number> {
  if (subscription.broker === 'kafka') return lagOf(subscription, kafkaOptions(addresses));
  return (await askQueue(subscription, addresses)).messageCount;
}

/** Members of the group, or consumers of the queue: by the broker's word, which is what counts. */
export async function consumersOf(subscription: Declared, addresses: Addresses): Promise<number> {
  if (subscription.broker === 'kafka') return membersOf(subscription, kafkaOptions(addresses));
  return (await askQueue(subscription, addresses)).consumerCount;
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
