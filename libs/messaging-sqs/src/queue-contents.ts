import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import type { Message } from '@waybill/messaging';
import { toMessage } from './headers.js';
import { HeldMessages } from './held-messages.js';
import type { SqsConnection } from './sqs-client.js';
import { SqsUnavailableError } from './sqs.errors.js';
import { normalise, type SqsOptions } from './sqs.options.js';
import { attributesOf, withConnection } from './topology.js';

/** A message that lies in a queue. */
export interface Lying {
  readonly message: Message;
  /** ISO 8601. */
  readonly sentAt: string;
  /** SQS moved it here itself, since it was received too often elsewhere. */
  readonly redriven: boolean;
}

export interface Browsed {
  readonly messages: readonly Lying[];
  /** How many more there are, as far as SQS knows. */
  readonly behind: number;
}

const mostMessages = 1_000;
const perCall = 10;
/** How long a look that dies keeps what it has seen from others. */
const lookSeconds = 60;
/** Longer than what is given back stays away, so that a look after another one sees the same. */
const waitSeconds = 2;

/**
 * Looks at the messages of a queue and leaves them there; at most `limit` (default 100, up to 1,000).
 *
 * SQS cannot look without taking: they are received, and given back to be there again within a second or so.
 * - Meanwhile nobody else sees them, and their groups stand still: for dead-letter queues, not for those that are consumed.
 * - Of one group SQS gives ten at most while those are out (fauxqs: one); what lies behind them is seen when they are gone.
 * - Each look counts as a receive.
 */
export function browseQueue(
  options: SqsOptions,
  queue: string,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<Browsed> {
  const most = Math.min(limit, mostMessages);
  return lookingAt(options, queue, async (present, connection) => {
    const depth = await depthOf(queue, connection);
    const messages: Lying[] = [];
    for await (const raw of present) {
      messages.push(lyingAs(raw));
      if (messages.length >= most) break;
    }
    return { messages, behind: Math.max(0, depth - messages.length) };
  });
}

/**
 * Takes the first message that matches out of a queue. True when it is out; false when none matches. Rejects when SQS has
 * not said that it is out: it may lie there still. What is passed over goes back as after `browseQueue`.
 */
export function takeFromQueue(
  options: SqsOptions,
  queue: string,
  messageMatches: (message: Message) => boolean,
): Promise<boolean> {
  return lookingAt(options, queue, async (present, connection, seen) => {
    for await (const raw of present) {
      if (!messageMatches(toMessage(raw))) continue;
      await remove(queue, raw, connection);
      seen.delete(raw);
      return true;
    }
    return false;
  });
}

/** Messages that nobody has in hand, as far as SQS knows. */
export function queueDepth(options: SqsOptions, queue: string): Promise<number> {
  return withConnection(options, (connection) => depthOf(queue, connection));
}

async function depthOf(queue: string, connection: SqsConnection): Promise<number> {
  await connection.urlOf(queue); // rejects when it is missing
  const attributes = await attributesOf(queue, connection);
  return Number(attributes?.['ApproximateNumberOfMessages'] ?? 0);
}

function lookingAt<T>(
  options: SqsOptions,
  queue: string,
  look: (present: AsyncIterable<SqsMessage>, connection: SqsConnection, seen: Set<SqsMessage>) => Promise<T>,
): Promise<T> {
  const looking = normalise({ ...options, visibilitySeconds: lookSeconds, waitSeconds });
  return withConnection(looking, async (connection) => {
    const seen = new Set<SqsMessage>();
    try {
      return await look(presentIn(queue, connection, seen), connection, seen);
    } finally {
      await new HeldMessages(queue, connection, looking).giveBack([...seen].map(heldAs));
    }
  });
}

/**
 * Until nothing has come for a whole wait, or the first ones would soon be seen a second time. An empty answer alone says
 * little: fauxqs ends a poll with one as soon as something comes to a group that is closed.
 */
async function* presentIn(queue: string, connection: SqsConnection, seen: Set<SqsMessage>) {
  const request = new ReceiveMessageCommand({
    QueueUrl: await connection.urlOf(queue),
    MaxNumberOfMessages: perCall,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: lookSeconds,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  const endMs = Date.now() + (lookSeconds / 2) * 1_000;
  for (let quietMs = 0; quietMs < waitSeconds * 1_000 && Date.now() < endMs;) {
    const askedAt = Date.now();
    const { Messages = [] } = await connection.call(
      `looking into ${queue}`,
      (send, abortSignal) => send(request, { abortSignal }),
      { waitMs: waitSeconds * 1_000 },
    );
    quietMs = Messages.length === 0 ? quietMs + (Date.now() - askedAt) : 0;
    for (const raw of Messages) seen.add(raw);
    yield* Messages;
  }
}

async function remove(queue: string, { ReceiptHandle }: SqsMessage, connection: SqsConnection) {
  const QueueUrl = await connection.urlOf(queue);
  const Entries = [{ Id: '0', ReceiptHandle }];
  const { Failed = [] } = await connection.call(`deleting from ${queue}`, (send, abortSignal) =>
    send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal }),
  );
  if (Failed[0]) throw new SqsUnavailableError(`deleting from ${queue}`, { cause: Failed[0] });
}

function lyingAs(raw: SqsMessage): Lying {
  const { SentTimestamp, DeadLetterQueueSourceArn } = raw.Attributes ?? {};
  return {
    message: toMessage(raw),
    sentAt: new Date(Number(SentTimestamp ?? 0)).toISOString(),
    redriven: DeadLetterQueueSourceArn !== undefined,
  };
}

const heldAs = ({ ReceiptHandle, Attributes, MessageId }: SqsMessage) => ({
  receipt: ReceiptHandle!,
  group: Attributes?.MessageGroupId ?? MessageId!,
  until: Date.now() + lookSeconds * 1_000,
  state: 'held' as const,
});
