import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from '@waybill/messaging';
import { numbered, untilAnswered } from '@waybill/test-kit';
import { browseQueue, takeFromQueue } from './queue-contents.js';
import { ConnectionLostError, QueueMissingError } from './rabbitmq.errors.js';
import { TestBroker } from './testing/test-broker.js';

const textOf = ({ body }: Message) => Buffer.from(body).toString();
const is = (text: string) => (message: Message) => textOf(message) === text;

describe('looking into a RabbitMQ queue', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  /** As dead letters lie: in the queue that the topology declares for them. */
  const filled = async (count: number) => {
    const { name } = await rabbit.subscription();
    const queue = `${name}.dlq`;
    await rabbit
      .adapter()
      .publisher('test')
      .publish(numbered(queue, count, () => 'customer-1'));
    return queue;
  };
  const textsIn = async (queue: string) => (await browseQueue(rabbit, queue)).messages.map(textOf);
  const whole = (queue: string, count: number) =>
    untilAnswered(async () => (await rabbit.depth(queue)) === count || undefined);

  it('shows the first messages, whole, and how many lie behind them, and leaves all in their order', async () => {
    const queue = await filled(5);

    const { messages, behind } = await browseQueue(rabbit, queue, { limit: 2 });

    expect(messages.map(textOf)).toEqual(['0', '1']);
    expect(messages[0]).toMatchObject({ key: 'customer-1', attributes: { type: 'order.created' } });
    expect(behind).toBe(3);
    await whole(queue, 5);
    expect(await textsIn(queue)).toEqual(['0', '1', '2', '3', '4']);
    await whole(queue, 5);
    expect((await rabbit.next(queue)).fields.redelivered).toBe(true);
  });

  it('loses none, however often they are looked at', async () => {
    const queue = await filled(2);
    for (let looks = 0; looks < 25; looks++) {
      await whole(queue, 2);
      expect(await textsIn(queue)).toEqual(['0', '1']);
    }
  });

  it('shows nothing in an empty queue, and says so when there is none', async () => {
    const queue = await rabbit.queue();
    expect(await browseQueue(rabbit, queue)).toEqual({ messages: [], behind: 0 });
    await expect(browseQueue(rabbit, rabbit.name())).rejects.toBeInstanceOf(QueueMissingError);
  });

  it('is bounded by bytes too', async () => {
    const queue = await rabbit.queue();
    for (let index = 0; index < 4; index++) rabbit.send(queue, Buffer.alloc(12 * 1024 * 1024));
    await whole(queue, 4);
    const { messages, behind } = await browseQueue(rabbit, queue);
    expect([messages.length, behind]).toEqual([3, 1]);
  });

  it('takes out the one that matches, after the work on it, and no other', async () => {
    const queue = await filled(4);
    const worked: string[] = [];

    const taken = await takeFromQueue(rabbit, queue, is('2'), async (message) => {
      worked.push(textOf(message));
      expect(await rabbit.depth(queue)).toBe(1); // '0' to '2' are in hand: nothing is settled before the work is done
    });

    expect([taken, worked]).toEqual([true, ['2']]);
    await whole(queue, 3);
    expect(await textsIn(queue)).toEqual(['0', '1', '3']);
  });

  it('takes only one of two copies', async () => {
    const queue = await filled(1);
    rabbit.send(queue, Buffer.from('0'));
    await whole(queue, 2);
    expect(await takeFromQueue(rabbit, queue, is('0'), async () => undefined)).toBe(true);
    await whole(queue, 1);
  });

  it('finds no match without an end to look for it, though messages keep coming', async () => {
    const queue = await filled(3);
    const looked: string[] = [];
    const matches = (message: Message) => {
      looked.push(textOf(message));
      rabbit.send(queue, Buffer.from('another'));
      return false;
    };
    expect(await takeFromQueue(rabbit, queue, matches, async () => undefined)).toBe(false);
    expect(looked).toEqual(['0', '1', '2']);
    await whole(queue, 6);
  });

  it('keeps the message when the work on it fails', async () => {
    const queue = await filled(2);
    const failing = takeFromQueue(rabbit, queue, is('1'), async () => {
      await rabbit.depth(queue); // an acknowledgement before its time would be at the broker by now
      throw new Error('not sent');
    });
    await expect(failing).rejects.toThrow('not sent');
    await whole(queue, 2);
    expect(await textsIn(queue)).toEqual(['0', '1']);
  });

  it('does not call a message taken whose removal the broker has not heard of', async () => {
    const queue = await filled(1);
    const proxy = await rabbit.proxy();
    let ended = false;
    const taking = takeFromQueue({ url: proxy.url }, queue, is('0'), async () => {
      proxy.cut();
      await whole(queue, 1);
      ended = true;
    });
    await expect(taking).rejects.toBeInstanceOf(ConnectionLostError);
    expect(ended).toBe(true);
    expect(await textsIn(queue)).toEqual(['0']);
  });
});
