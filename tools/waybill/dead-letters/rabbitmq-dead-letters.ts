import { deadLetterAddress } from '@waybill/messaging';
import type { RabbitmqConnection } from '@waybill/service-kit/settings';
import type { Channel, GetMessage } from 'amqplib';
import { connectRabbitmq } from '../connect-rabbitmq.ts';
import { allSubscriptions, deadLetterOf, type DeadLetter } from './dead-letter.ts';

const prefix = 'cloudEvents:';
const keyHeader = `${prefix}partitionkey`;
/** A queue is looked through by taking messages in hand; beyond so many it would hold too much. */
const longestLook = 10_000;

/**
 * What lies in the dead-letter queues. A queue cannot be read without taking: messages are taken in hand and go back, in
 * their places, when the channel closes.
 */
export async function deadLettersOnRabbitmq(rabbitmq: RabbitmqConnection): Promise<DeadLetter[]> {
  const queues = allSubscriptions
    .filter(({ broker }) => broker === 'rabbitmq')
    .map((subscription) => deadLetterAddress(subscription, subscription.addresses[0]!));
  const found: DeadLetter[] = [];
  for (const queue of queues)
    await lookThrough(rabbitmq, queue, (raw) => {
      const dead = fromRabbitmq(queue, raw);
      if (dead) found.push(dead);
      return 'further';
    });
  return found;
}

/** Takes one message out of its dead-letter queue; only after what was asked of it is stored elsewhere. */
export async function removeFromRabbitmq(
  rabbitmq: RabbitmqConnection,
  { place, messageId }: DeadLetter,
): Promise<void> {
  await lookThrough(rabbitmq, place, (raw, channel) => {
    if (fromRabbitmq(place, raw)?.messageId !== messageId) return 'further';
    channel.ack(raw);
    return 'enough';
  });
}

async function lookThrough(
  rabbitmq: RabbitmqConnection,
  queue: string,
  see: (raw: GetMessage, channel: Channel) => 'further' | 'enough',
): Promise<void> {
  const connection = await connectRabbitmq(rabbitmq);
  const channel = await connection.createChannel();
  for (let looked = 0; looked < longestLook; looked++) {
    const raw = await channel.get(queue);
    if (!raw || see(raw, channel) === 'enough') break;
  }
  await channel.checkQueue(queue); // the channel is read in order: an acknowledgement has arrived
  await connection.close();
}

function fromRabbitmq(queue: string, { properties, content }: GetMessage): DeadLetter | undefined {
  const raw = Object.entries((properties.headers ?? {}) as Record<string, unknown>);
  const texts = raw.map(([name, value]) => [name, asText(value)] as const);
  const attributes = texts.filter(([name]) => name.startsWith(prefix) && name !== keyHeader);
  const trace = texts.filter(([name]) => name === 'traceparent');
  const headers = texts.filter(([name]) => !name.startsWith(prefix) && name !== 'traceparent');
  return deadLetterOf(
    { deadLetters: queue, place: queue },
    {
      key: texts.find(([name]) => name === keyHeader)?.[1] ?? '',
      attributes: Object.fromEntries([
        ...attributes.map(([name, value]) => [name.slice(prefix.length), value] as const),
        ...trace,
      ]),
      headers: Object.fromEntries(headers.filter(([name]) => !name.startsWith('x-'))),
      body: content.toString('base64'),
    },
    brokersOwn(properties.headers),
  );
}

/** The broker's word when it set the message aside itself: `expired`, `rejected`, `delivery_limit`, `maxlen`. */
function brokersOwn(headers: Record<string, unknown> | undefined) {
  const [death] = (headers?.['x-death'] ?? []) as { reason?: string; time?: { value?: number } }[];
  if (!death?.reason) return undefined;
  return { because: death.reason, at: new Date((death.time?.value ?? 0) * 1_000).toISOString() };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
