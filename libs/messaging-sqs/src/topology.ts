import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';
import type { SqsQueue, Topology } from '@waybill/messaging';
import { isMissing, SqsConnection } from './sqs-client.js';
import { TopologyError } from './sqs.errors.js';
import { normalise, type NormalSqsOptions, type SqsOptions } from './sqs.options.js';

type Declared = Pick<Topology, 'sqs'>;

/**
 * Makes queues that are missing and sets the attributes of those that are there. Those that a redrive policy names come
 * first. Whether a queue is FIFO is fixed when it is made, by its name.
 */
export async function applySqsTopology({ sqs }: Declared, options: SqsOptions = {}): Promise<void> {
  await withConnection(options, async (connection) => {
    const targetsFirst = sqs.queues.toSorted(
      (a, b) => Number(Boolean(a.redrive)) - Number(Boolean(b.redrive)),
    );
    for (const queue of targetsFirst) await apply(queue, connection);
  });
}

/** Rejects with a `TopologyError` that names every queue that is missing and every attribute that differs. */
export async function checkSqsTopology({ sqs }: Declared, options: SqsOptions = {}): Promise<void> {
  const problems = await withConnection(options, async (connection) => {
    const found = await Promise.all(sqs.queues.map((queue) => differences(queue, connection)));
    return found.flat();
  });
  if (problems.length > 0) throw new TopologyError(problems);
}

/** What a queue has, by SQS's names; nothing when it is missing. */
export async function attributesOf(
  queue: string,
  connection: SqsConnection,
): Promise<Record<string, string> | undefined> {
  try {
    const QueueUrl = await connection.urlOf(queue);
    const { Attributes = {} } = await connection.call(`the attributes of ${queue}`, (send, abortSignal) =>
      send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }), { abortSignal }),
    );
    return Attributes;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function apply(queue: SqsQueue, connection: SqsConnection): Promise<void> {
  const wanted = await attributesFor(queue, connection);
  if (await attributesOf(queue.name, connection)) {
    const QueueUrl = await connection.urlOf(queue.name);
    const { FifoQueue: _, ...Attributes } = wanted;
    await connection.call(`setting up ${queue.name}`, (send, abortSignal) =>
      send(new SetQueueAttributesCommand({ QueueUrl, Attributes }), { abortSignal }),
    );
    return;
  }
  await connection.call(`making ${queue.name}`, (send, abortSignal) =>
    send(new CreateQueueCommand({ QueueName: queue.name, Attributes: wanted }), { abortSignal }),
  );
}

type Attributes = Partial<Record<QueueAttributeName, string>>;

async function attributesFor(queue: SqsQueue, connection: SqsConnection): Promise<Attributes> {
  return {
    ...(queue.name.endsWith('.fifo') && { FifoQueue: 'true' }),
    ...(queue.attributes as Attributes),
    ...(queue.redrive && { RedrivePolicy: await redrivePolicy(queue.redrive, connection) }),
  };
}

/** AWS names the target by its ARN, which only the server knows. */
async function redrivePolicy(
  { to, maxReceiveCount }: NonNullable<SqsQueue['redrive']>,
  connection: SqsConnection,
) {
  const target = await attributesOf(to, connection);
  return JSON.stringify({ deadLetterTargetArn: target?.['QueueArn'] ?? to, maxReceiveCount });
}

async function differences(queue: SqsQueue, connection: SqsConnection): Promise<string[]> {
  const actual = await attributesOf(queue.name, connection);
  if (!actual) return [`queue "${queue.name}" is missing: apply the topology`];
  const wanted = await attributesFor(queue, connection);
  return Object.entries(wanted)
    .filter(([name, value]) => !same(actual[name], value))
    .map(
      ([name, value]) => `queue "${queue.name}": ${name} is ${actual[name] ?? 'not set'}, declared ${value}`,
    );
}

/** Policies are JSON, in which servers order names and write numbers as they like. */
function same(actual: string | undefined, wanted: string | undefined): boolean {
  return actual === wanted || comparable(actual) === comparable(wanted);
}

function comparable(value = ''): string {
  if (!value.startsWith('{')) return value;
  const entries = Object.entries(JSON.parse(value) as Record<string, unknown>);
  return entries
    .map(([name, each]) => `${name}=${String(each)}`)
    .sort()
    .join();
}

export async function withConnection<Result>(
  options: SqsOptions | NormalSqsOptions,
  run: (connection: SqsConnection) => Promise<Result>,
): Promise<Result> {
  const connection = new SqsConnection(normalise(options));
  try {
    return await run(connection);
  } finally {
    connection.close();
  }
}
