import { setsAside, type Subscription } from './subscription.js';

type Named = Pick<Subscription, 'name' | 'broker'>;

/**
 * The addresses that belong to one subscription beside the one it reads. Kafka (and memory): `<topic>.<group>.dlq`,
 * `.inlet`, `.retry.5s`; RabbitMQ, where the queue is the subscription: `<queue>.dlq`, `.inlet`, `.retry.5s`; SQS FIFO:
 * `<queue>-dlq.fifo`, `<queue>-inlet.fifo`, `<queue>-retry-5s.fifo`.
 */
export function deadLetterAddress(subscription: Named, address: string): string {
  return beside(subscription, address, 'dlq');
}

/** Takes control messages: replay, correct, discard. */
export function inletAddress(subscription: Named, address: string): string {
  return beside(subscription, address, 'inlet');
}

/** Holds messages of one retry delay until they are due. */
export function retryAddress(subscription: Named, address: string, delayMs: number): string {
  return beside(subscription, address, `retry.${delayName(delayMs)}`);
}

type Reading = Named & Pick<Subscription, 'addresses' | 'terminal' | 'guarantee'>;

/** Where the dead letters of every address of a subscription are; a terminal reader has none, nor inlets, nor has what is delivered
 * at most once. */
export function deadLetterAddresses(subscription: Reading): string[] {
  if (!setsAside(subscription)) return [];
  return subscription.addresses.map((address) => deadLetterAddress(subscription, address));
}

export function inletAddresses(subscription: Reading): string[] {
  if (!setsAside(subscription)) return [];
  return subscription.addresses.map((address) => inletAddress(subscription, address));
}

/** None where failing keys park: their retries wait in the consumer's database. */
export function retryAddresses(subscription: Subscription): string[] {
  if (subscription.onFailingKey === 'park' || !setsAside(subscription)) return [];
  return subscription.addresses.flatMap((address) =>
    subscription.delaysMs.map((delayMs) => retryAddress(subscription, address, delayMs)),
  );
}

function beside({ name, broker }: Named, address: string, what: string): string {
  if (broker === 'sqs') return besideQueue(address, what);
  return broker === 'rabbitmq' ? `${address}.${what}` : `${address}.${name}.${what}`;
}

/** SQS knows a FIFO queue by the end of its name, and takes no other dots. */
function besideQueue(queue: string, what: string): string {
  const [fifo, end] = ['.fifo', `-${what.replaceAll('.', '-')}`];
  return queue.endsWith(fifo) ? queue.slice(0, -fifo.length) + end + fifo : queue + end;
}

/** The largest unit that says it exactly: `5s`, `5m`, `250ms`. */
function delayName(delayMs: number): string {
  if (delayMs % 60_000 === 0) return `${delayMs / 60_000}m`;
  return delayMs % 1_000 === 0 ? `${delayMs / 1_000}s` : `${delayMs}ms`;
}
