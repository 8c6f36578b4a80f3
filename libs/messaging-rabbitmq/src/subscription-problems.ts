import { deadLetterAddresses, inletAddresses, retryAddresses, type Subscription } from '@waybill/messaging';
import { administer, attempt, type Refusal } from './administration.js';
import { keyOrderProblems } from './key-order-problems.js';
import { leadsSomewhere } from './probe.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';
import { differencesOf } from './topology.js';

const notFound = 404;

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
    const missing = await Promise.all(queues.map((queue) => queueProblems(queue, session)));
    const declared = options.queues.filter(({ name }) => queues.includes(name));
    const different = missing.flat().length === 0 ? await differencesOf(declared, session) : [];
    const unordered = missing[0]?.length === 0 ? await orderProblems(subscription, session) : [];
    const unbound = subscription.terminal ? [] : await routeProblems(subscription, options, session);
    return [...missing.flat(), ...different, ...unordered, ...unbound].map(
      (problem) => `subscription ${subscription.name}: ${problem}`,
    );
  });
}

/** What a refused passive declare says of a queue. Throws it when it says only that a node of the cluster is away. */
export function problemOf(queue: string, refusal: Refusal): string {
  if (refusal.message.includes('down or inaccessible')) throw refusal;
  if (refusal.code === notFound) return `queue ${queue} is missing: apply the topology`;
  return `queue ${queue} cannot be looked at: ${refusal.message}`;
}

async function queueProblems(queue: string, session: Session): Promise<string[]> {
  const refusal = await attempt(session, (channel) => channel.checkQueue(queue));
  return refusal ? [problemOf(queue, refusal)] : [];
}

/** Its one queue exists. */
async function orderProblems(
  { order, addresses: [queue] }: Subscription,
  session: Session,
): Promise<string[]> {
  return order === 'key' && queue !== undefined ? keyOrderProblems(queue, session) : [];
}

async function routeProblems(
  { addresses: [queue] }: Subscription,
  { deadLetterRoute, publishTimeoutMs }: NormalRabbitmqOptions,
  session: Session,
): Promise<string[]> {
  if (!deadLetterRoute || queue === undefined) return [];
  const route = deadLetterRoute(queue);
  if (await leadsSomewhere(route, session, publishTimeoutMs)) return [];
  return [
    `no dead-letter queue is bound to ${route.exchange} with key ${route.routingKey}, ` +
      `so what ${queue} expires is lost: apply the topology`,
  ];
}
