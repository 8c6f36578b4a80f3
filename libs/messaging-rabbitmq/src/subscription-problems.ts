import { deadLetterAddresses, inletAddresses, retryAddresses, type Subscription } from '@waybill/messaging';
import type { ConfirmChannel } from 'amqplib';
import { administer, attempt } from './administration.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

/** Every reason why the queues of a subscription cannot do what they are for; rejects while the broker cannot be asked. */
export function subscriptionProblems(
  subscription: Subscription,
  options: NormalRabbitmqOptions,
): Promise<string[]> {
  const queues = [
    ...subscription.addresses,
    ...inletAddresses(subscription),
    ...retryAddresses(subscription),
    ...deadLetterAddresses(subscription),
  ];
  return administer(options, async (session) => {
    const missing = await Promise.all(queues.map((queue) => missingQueue(queue, session)));
    const unbound = subscription.terminal ? [] : await unboundRoutes(subscription, options, session);
    return [...missing.flat(), ...unbound].map((problem) => `subscription ${subscription.name}: ${problem}`);
  });
}

async function missingQueue(queue: string, session: Session): Promise<string[]> {
  const refusal = await attempt(session, (channel) => channel.checkQueue(queue));
  return refusal ? [`queue ${queue} is missing: apply the topology`] : [];
}

async function unboundRoutes(
  { addresses }: Subscription,
  { deadLetterRoute }: NormalRabbitmqOptions,
  session: Session,
): Promise<string[]> {
  if (!deadLetterRoute) return [];
  const problems = addresses.map(async (queue) => {
    const { exchange, routingKey } = deadLetterRoute(queue);
    if (await leadsSomewhere(exchange, routingKey, session)) return [];
    return [
      `no dead-letter queue is bound to ${exchange} with key ${routingKey}, so what ${queue} expires is lost: apply the topology`,
    ];
  });
  return (await Promise.all(problems)).flat();
}

/**
 * A probe tells what no question of AMQP does: published `mandatory`, it is returned when nothing is bound. It expires at
 * once, so that it leaves nothing behind in the dead letters.
 */
async function leadsSomewhere(exchange: string, routingKey: string, session: Session): Promise<boolean> {
  const channel: ConfirmChannel = await session.model.createConfirmChannel();
  let answer: 'taken' | 'returned' = 'taken';
  channel.on('return', () => (answer = 'returned'));
  channel.on('error', () => (answer = 'returned')); // the exchange itself is missing
  channel.publish(exchange, routingKey, Buffer.from('probe'), {
    mandatory: true,
    expiration: '0',
    type: 'waybill.probe',
  });
  await channel.waitForConfirms().catch(() => (answer = 'returned'));
  await channel.close().catch(() => undefined); // closed already by a missing exchange
  return answer === 'taken';
}
