import type { Message } from '@waybill/messaging';
import type { Channel, GetMessage } from 'amqplib';
import { administer } from './administration.js';
import { toMessage } from './headers.js';
import { QueueMissingError } from './rabbitmq.errors.js';
import type { RabbitmqOptions } from './rabbitmq.options.js';

type Address = Pick<RabbitmqOptions, 'url' | 'ssl'>;

export interface Browsed {
  /** From the queue's head on. */
  readonly messages: readonly Message[];
  /** How many more lie behind them. */
  readonly behind: number;
}

const mostMessages = 1_000;
const mostBytes = 32 * 1024 * 1024;
const notFound = 404;

/**
 * Looks at the first messages of a queue and leaves them there; at most `limit` (default 100, up to 1,000), and no more
 * once they come to 32 MiB. Rejects with a `QueueMissingError`.
 *
 * AMQP cannot look without taking: they are fetched without an acknowledgement and go back when the channel is closed.
 * - Until then nobody else sees them: a consumer finds the queue empty, another look finds those behind them.
 * - They go back in front of the others and in their order, marked as redelivered.
 * - A quorum queue counts each look as a delivery. One with `x-delivery-limit`, which is 20 on RabbitMQ 4 where none is
 *   declared, sets aside or loses what is looked at more often: for dead-letter queues, whose limit is out of reach, not
 *   for those that are consumed.
 */
export function browseQueue(
  address: Address,
  queue: string,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<Browsed> {
  const most = Math.min(limit, mostMessages);
  return lookingAt(address, queue, async (present) => {
    const messages: Message[] = [];
    let [bytes, behind] = [0, 0];
    for await (const raw of present) {
      messages.push(messageOf(raw));
      bytes += raw.content.length;
      behind = raw.fields.messageCount;
      if (messages.length >= most || bytes >= mostBytes) break;
    }
    return { messages, behind };
  });
}

/**
 * Takes the first message that matches out of a queue, after `work` is done with it: send, then remove. True when it is
 * out; false when none of those that were there at the beginning matches.
 *
 * Rejects with what `work` rejects with, and the message stays. Rejects with a `ConnectionLostError` when the broker did
 * not say that it is out: dying between work and removal leaves a message whose work is done, so `work` must be safe
 * twice. What is passed over goes back as after `browseQueue`, when `work` has ended.
 */
export async function takeFromQueue(
  address: Address,
  queue: string,
  messageMatches: (message: Message) => boolean,
  work: (message: Message) => Promise<void>,
): Promise<boolean> {
  let working = Promise.resolve();
  const taken = lookingAt(address, queue, async (present, channel) => {
    for await (const raw of present) {
      const message = messageOf(raw);
      if (!messageMatches(message)) continue;
      working = work(message);
      await working;
      channel.ack(raw);
      return true;
    }
    return false;
  });
  // A connection lost meanwhile is told only after the work has ended, which goes on without it.
  return taken.finally(() => working.catch(() => undefined));
}

/** Closes the channel at the end: the answer comes when the broker has seen the acknowledgement, and puts back the rest. */
function lookingAt<T>(
  address: Address,
  queue: string,
  look: (present: AsyncIterable<GetMessage>, channel: Channel) => Promise<T>,
): Promise<T> {
  return administer(address, async ({ model }) => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined); // the refused question's own rejection tells the same
    const result = await look(presentIn(queue, channel), channel);
    await channel.close();
    return result;
  });
}

/** Those that are in the queue now, not what comes meanwhile: a busy queue would never end. */
async function* presentIn(queue: string, channel: Channel): AsyncGenerator<GetMessage> {
  let raw = await next(queue, channel);
  for (let left = raw ? raw.fields.messageCount : 0; raw; left--) {
    yield raw;
    raw = left > 0 && (await next(queue, channel));
  }
}

async function next(queue: string, channel: Channel): Promise<GetMessage | false> {
  try {
    return await channel.get(queue);
  } catch (error) {
    const missing = (error as { code?: unknown }).code === notFound;
    throw missing ? new QueueMissingError(queue, { cause: error }) : error;
  }
}

function messageOf({ properties, content }: GetMessage): Message {
  return toMessage(properties, content);
}
