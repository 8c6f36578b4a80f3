import {
  deadLetterAddresses,
  inletAddresses,
  retryAddress,
  retryAddresses,
  type Subscription,
} from '@waybill/messaging';
import { capabilities } from './capabilities.js';
import type { SqsConnection } from './sqs-client.js';
import type { NormalSqsOptions } from './sqs.options.js';
import { attributesOf, withConnection } from './topology.js';

/** The longest that SQS keeps a message: 14 days. */
const longestRetentionSeconds = 1_209_600;

/** Every reason why the subscription's queues cannot work as they are. Rejects while SQS cannot be asked. */
export function subscriptionProblems(
  subscription: Subscription,
  options: NormalSqsOptions,
): Promise<readonly string[]> {
  return withConnection(options, async (connection) => {
    const found = await Promise.all([
      ...subscription.addresses.map((queue) => problemsOfQueue(queue, subscription, connection)),
      ...inletAddresses(subscription).map((queue) => problemsOfSideQueue(queue, connection)),
      ...deadLetterAddresses(subscription).map((queue) => problemsOfSideQueue(queue, connection)),
      ...retriesOf(subscription).map(([queue, delayMs]) => problemsOfRetryQueue(queue, delayMs, connection)),
    ]);
    return [...problemsOfDeclaration(subscription), ...found.flat()];
  });
}

function retriesOf(subscription: Subscription): [queue: string, delayMs: number][] {
  if (retryAddresses(subscription).length === 0) return [];
  return subscription.addresses.flatMap((address) =>
    subscription.delaysMs.map((delayMs): [string, number] => [
      retryAddress(subscription, address, delayMs),
      delayMs,
    ]),
  );
}

function problemsOfDeclaration(subscription: Subscription): string[] {
  if (retryAddresses(subscription).length === 0) return [];
  const tooLong = subscription.delaysMs.filter((delayMs) => delayMs > capabilities.maxDelayMs);
  return tooLong.map((delayMs) => `SQS delays at most ${capabilities.maxDelayMs} ms, not ${delayMs}`);
}

async function problemsOfQueue(
  queue: string,
  subscription: Subscription,
  connection: SqsConnection,
): Promise<string[]> {
  const attributes = await attributesOf(queue, connection);
  if (!attributes) return [missing(queue)];
  const { RedrivePolicy } = attributes;
  return [
    ...(attributes['FifoQueue'] === 'true' ? [] : [`queue "${queue}" is not FIFO, so it keeps no order`]),
    ...(subscription.terminal || RedrivePolicy
      ? []
      : [`queue "${queue}" has no RedrivePolicy to its dead letters`]),
    ...problemsOfRedrive(queue, subscription, RedrivePolicy),
  ];
}

/** SQS counts every receive, kills and pauses included: its own limit must lie far above ours. */
function problemsOfRedrive(queue: string, subscription: Subscription, policy: string | undefined): string[] {
  if (!policy || subscription.terminal) return [];
  const { deadLetterTargetArn = '', maxReceiveCount = 0 } = JSON.parse(policy) as Record<
    string,
    string | number
  >;
  const [wanted] = deadLetterAddresses(subscription);
  return [
    ...(String(deadLetterTargetArn).endsWith(`:${wanted}`)
      ? []
      : [`queue "${queue}" redrives to ${String(deadLetterTargetArn)}, not to ${wanted}`]),
    ...(Number(maxReceiveCount) >= 100
      ? []
      : [`queue "${queue}" redrives after ${String(maxReceiveCount)} receives, which kills alone can reach`]),
  ];
}

async function problemsOfSideQueue(queue: string, connection: SqsConnection): Promise<string[]> {
  const attributes = await attributesOf(queue, connection);
  if (!attributes) return [missing(queue)];
  const seconds = Number(attributes['MessageRetentionPeriod']);
  if (seconds >= longestRetentionSeconds) return [];
  return [`queue "${queue}" keeps messages ${seconds} s, less than ${longestRetentionSeconds}`];
}

async function problemsOfRetryQueue(
  queue: string,
  delayMs: number,
  connection: SqsConnection,
): Promise<string[]> {
  const attributes = await attributesOf(queue, connection);
  if (!attributes) return [missing(queue)];
  const seconds = Number(attributes['DelaySeconds'] ?? 0);
  if (seconds * 1_000 >= delayMs) return [];
  return [`queue "${queue}" delays by ${seconds} s, less than ${delayMs} ms`];
}

const missing = (queue: string): string => `queue "${queue}" is missing: apply the topology`;
