import { expect, test } from '@jest/globals';
import type { Message } from '@waybill/messaging';
import { messageOf } from '@waybill/test-kit';
import { browseQueue, queueDepth, takeFromQueue } from './queue-contents.js';
import { onEachServer } from './testing/on-each-server.js';

const textOf = ({ body }: Message) => Buffer.from(body).toString();
/** Each of a key of its own. */
const apart = (...texts: readonly string[]) => texts.map((text) => messageOf(text, { key: text }));
const is = (text: string) => (message: Message) => textOf(message) === text;

/** All at once, each on queues of its own: a look waits for whole seconds. */
onEachServer('looking into an SQS queue', (server) => {
  const filled = async (...messages: readonly Message[]) => {
    const { name } = await server.queues.subscription();
    await server.publish(name, messages);
    return name;
  };
  const browse = (queue: string, options = {}) =>
    browseQueue({ endpoint: server.queues.endpoint }, queue, options);
  const textsIn = async (queue: string) =>
    (await browse(queue)).messages.map(({ message }) => textOf(message)).sort();

  test.concurrent('shows messages, whole, and leaves them, for the next look too', async () => {
    const message = messageOf('a', { headers: { tenant: 'x' } });
    const queue = await filled(message, ...apart('b', 'c'));
    const { messages, behind } = await browse(queue);
    const first = messages.find((each) => is('a')(each.message))!;
    expect(first.message).toMatchObject({ key: 'customer-1', attributes: message.attributes });
    expect(first).toMatchObject({ redriven: false, message: { headers: { tenant: 'x' } } });
    expect(first.sentAt).toMatch(/^20.*Z$/);
    expect(behind).toBe(0);
    expect(await textsIn(queue)).toEqual(['a', 'b', 'c']);
  });

  test.concurrent('says how many it does not show', async () => {
    const queue = await filled(...apart('a', 'b', 'c'));
    const { messages, behind } = await browse(queue, { limit: 2 });
    expect([messages.length, behind]).toEqual([2, 1]);
  });

  test.concurrent('takes out the one that matches, and no other', async () => {
    const queue = await filled(...apart('a', 'b', 'c'));
    const options = { endpoint: server.queues.endpoint };
    expect(await queueDepth(options, queue)).toBe(3);
    expect(await takeFromQueue(options, queue, is('b'))).toBe(true);
    expect(await takeFromQueue(options, queue, is('b'))).toBe(false);
    expect(await textsIn(queue)).toEqual(['a', 'c']);
  });

  test.concurrent('shows the next of a key when the one before it is taken out', async () => {
    const queue = await filled(messageOf('first'), messageOf('second'));
    await takeFromQueue({ endpoint: server.queues.endpoint }, queue, is('first'));
    expect(await textsIn(queue)).toEqual(['second']);
  });

  test.concurrent('finds what was just looked at, though more of its key comes meanwhile', async () => {
    const queue = await filled(messageOf('first'));
    expect(await textsIn(queue)).toEqual(['first']);
    const taking = takeFromQueue({ endpoint: server.queues.endpoint }, queue, is('first'));
    await server.publish(queue, [messageOf('second')]);
    expect(await taking).toBe(true);
  });

  test.concurrent('refuses a queue that is not there', async () => {
    await expect(browse('missing.fifo')).rejects.toThrow('missing.fifo');
  });
});
