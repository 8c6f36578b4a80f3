import { deadLetterAddress } from '@waybill/messaging';
import { browseQueue, takeFromQueue, type Lying } from '@waybill/messaging-sqs';
import type { Addresses } from '../addresses.ts';
import { allSubscriptions, deadLetterOf, type DeadLetter } from './dead-letter.ts';

type Aws = Addresses['aws'];

const limit = 1_000;

/** What lies in the dead-letter queues; `say` is told of those that a look does not reach. */
export async function deadLettersOnSqs(aws: Aws, say: (text: string) => void): Promise<DeadLetter[]> {
  const queues = allSubscriptions
    .filter(({ broker }) => broker === 'sqs')
    .flatMap((subscription) => subscription.addresses.map((name) => deadLetterAddress(subscription, name)));
  const found = queues.map(async (queue) => {
    const { messages, behind } = await browseQueue(aws, queue, { limit });
    if (behind > 0) say(`${queue}: about ${behind} more lie behind these, or are in somebody's hands\n`);
    return messages.flatMap((lying) => fromSqs(queue, lying) ?? []);
  });
  return (await Promise.all(found)).flat();
}

/** Takes one message out of its dead-letter queue; only after what was asked of it is stored elsewhere. */
export async function removeFromSqs(
  aws: Aws,
  { place, messageId }: DeadLetter,
  say: (text: string) => void,
): Promise<void> {
  const out = await takeFromQueue(aws, place, ({ attributes }) => attributes['id'] === messageId);
  if (!out) say(`${messageId} still lies in ${place}, out of sight: somebody else looks at it\n`);
}

/**
 * A message without our headers was redriven, which AWS says by an attribute and fauxqs does not: whoever sets a message
 * aside says why.
 */
function fromSqs(queue: string, { message, sentAt }: Lying): DeadLetter | undefined {
  return deadLetterOf(
    { deadLetters: queue, place: queue },
    { ...message, body: Buffer.from(message.body).toString('base64') },
    { because: 'received too often', at: sentAt },
  );
}
