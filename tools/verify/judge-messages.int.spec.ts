import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditRows, message, orderIds, soundMessages } from './sound-rows.ts';
import { SoundWorld } from './sound-world.ts';

/** Joining a consumer group takes seconds where the brokers wait for more members. */

const { paid, free, declined, expired } = orderIds;
let world: SoundWorld;
beforeAll(async () => {
  world = await SoundWorld.build();
});
afterAll(() => world.close());
beforeEach(() => world.restoreRows());

describe('the audit log', () => {
  const ids = soundMessages.map(({ id }) => id);

  test('an entry twice', async () => {
    await world.change('audit', auditRows([...soundMessages, soundMessages[2]!]));
    const { auditTwice, doubled, violations } = await world.judged();
    expect([auditTwice, doubled]).toEqual([1, 1]);
    expect(violations).toEqual([`1 messages are in the audit log more than once: ${ids[2]}`]);
  });

  test('an entry missing', async () => {
    await world.change('audit', auditRows(soundMessages.filter(({ id }) => id !== ids[4])));
    const { auditMissing, violations } = await world.judged();
    expect([auditMissing, violations]).toEqual([1, [`1 messages are not in the audit log: ${ids[4]}`]]);
  });

  test('an entry that only comes late is not missing', async () => {
    await world.change('audit', auditRows(soundMessages.slice(0, -1)));
    const verdict = world.judged({ waitMs: 20_000 });
    expect((await world.judged()).auditMissing).toBe(1);
    await world.change('audit', auditRows(soundMessages));
    expect((await verdict).violations).toEqual([]);
  });

  test('an entry of no message', async () => {
    const stranger = message(99, 'order.created', paid, '4');
    await world.change('audit', auditRows([...soundMessages, stranger]));
    expect((await world.judged()).violations).toEqual([
      `1 audit entries belong to no message of the topics: ${stranger.id}`,
    ]);
  });

  test('two entries of one customer the wrong way round', async () => {
    const [first, second, ...rest] = soundMessages;
    await world.change('audit', auditRows([second!, first!, ...rest]));
    const { auditOutOfOrder, violations } = await world.judged();
    expect(auditOutOfOrder).toBe(1);
    expect(violations).toEqual([`1 audit entries stand behind a later message of their customer: ${ids[0]}`]);
  });

  test('customers and topics may overtake each other', async () => {
    const interleaved = [2, 3, 9, 4, 0, 5, 1, 6, 8, 7, 10].map((index) => soundMessages[index]!);
    await world.change('audit', auditRows(interleaved));
    expect((await world.judged()).violations).toEqual([]);
  });
});

describe('events', () => {
  const without = (type: string, orderId: string) =>
    soundMessages.filter((each) => each.type !== type || !each.body.includes(orderId));

  test.each([
    ['order.created', declined],
    ['order.expired', expired],
  ])('%s missing', async (type, orderId) => {
    const { lost, violations } = await world.judgedWith(without(type, orderId));
    expect([lost, violations]).toEqual([1, [`1 events are missing from order-events: ${orderId} (${type})`]]);
  });

  test('an order that ended twice', async () => {
    const { violations } = await world.judgedWith([
      ...soundMessages,
      message(12, 'order.rejected', free, '5'),
    ]);
    const sentence = 'events too many are in order-events under ids of their own';
    expect(violations).toEqual([`1 ${sentence}: ${free} (order.rejected)`]);
  });

  test('an order that ended otherwise than its row says', async () => {
    const otherwise = [...without('order.confirmed', free), message(12, 'order.rejected', free, '5')];
    expect((await world.judgedWith(otherwise)).violations).toEqual([
      `1 events are missing from order-events: ${free} (order.confirmed)`,
      `1 events too many are in order-events under ids of their own: ${free} (order.rejected)`,
    ]);
  });

  test('copies of a message and poison are not violations', async () => {
    const poison = { ...message(13, 'order.created', paid, '4'), body: 'no JSON' };
    const verdict = await world.judgedWith(
      [...soundMessages, ...soundMessages.slice(0, 3), poison],
      soundMessages,
    );
    expect(verdict.violations).toEqual([]);
  });
});
