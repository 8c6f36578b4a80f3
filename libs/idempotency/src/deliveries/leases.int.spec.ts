import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { done, type DeliveryNotice, type Subscription } from '@waybill/messaging';
import { RedisInbox } from '../redis/index.js';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';
import { claimOf } from '../testing/store-behaviour.js';

// As long as the waits within may take on a busy machine.

let world: DeliveryWorld;
let inbox: RedisInbox;
beforeAll(async () => {
  world = await DeliveryWorld.open();
  inbox = new RedisInbox({ url: process.env['REDIS_URL']!, processingMs: 120_000, completedMs: 120_000 });
  await inbox.start();
});
afterAll(async () => {
  await world.close();
  inbox.close();
});

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const eventsOf = ({ name }: Subscription, kind: string) =>
  world.events.filter(
    (event) => event.kind === kind && 'subscription' in event && event.subscription === name,
  );
const noticesOf = ({ name }: Subscription) =>
  world.notices.filter(({ subscription }) => subscription === name);

/** A handler that says which messages it has begun, and ends each when it is told. */
function held() {
  const begun: string[] = [];
  const end = Promise.withResolvers<void>();
  endings.push(end.resolve);
  return {
    begun,
    end: () => end.resolve(),
    handle: async ({ payload }: { payload: string }) => {
      begun.push(payload);
      await end.promise;
      return done();
    },
  };
}

test('copies that meet a live lease are put back without an attempt, and leave the lease to its run', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed', delaysMs: [50], maxAttempts: 2 });
  const work = held();
  await world.run(subscription, work.handle, { inbox });
  const message = messageOf('a', '');
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(work.begun).toEqual(['a']));

  await world.publish(subscription.addresses[0]!, message, message);
  await world.eventually(() => expect(eventsOf(subscription, 'retryLater').length).toBeGreaterThan(8));
  expect(work.begun).toEqual(['a']);
  expect(noticesOf(subscription).every(({ kind, attempts }) => kind === 'retried' && attempts === 0)).toBe(
    true,
  );

  work.end();
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(2));
  expect(work.begun).toEqual(['a']);
  expect(eventsOf(subscription, 'deadLettered')).toEqual([]);
});

test('a batch that is rolled back because of a copy gives up its own claims and not the copy’s', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed', delaysMs: [50] });
  const work = held();
  const first = await world.run(subscription, work.handle, { inbox });
  const message = messageOf('a', '');
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(work.begun).toEqual(['a']));

  // Takes nothing more, while it still handles the first copy.
  const drained = first.drain(10_000);
  const begun: string[] = [];
  const handle = async ({ payload }: { payload: string }) => (begun.push(payload), done());
  await world.run({ ...subscription, lane: 'batch' }, handle, { inbox });
  await world.publish(subscription.addresses[0]!, message, messageOf('b', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'batchSplit').length).toBeGreaterThan(0));
  await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(1));
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(eventsOf(subscription, 'retryLater').length).toBeGreaterThan(4));
  expect(begun).toEqual(['b']);

  work.end();
  await drained;
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(2));
  expect(begun).toEqual(['b']);
});

test('a message that meets a copy keeps its key waiting behind it, and the key goes on in order', async () => {
  const subscription = world.subscription({ delaysMs: [50], maxAttempts: 2 });
  const head = messageOf('k1');
  const claim = claimOf(head.attributes['id'], 'k1');
  await inbox.claim(subscription.name, [claim], {} as never, 'elsewhere');
  const begun: string[] = [];
  await world.run(subscription, async ({ payload }) => (begun.push(payload), done()), { inbox });
  await world.publish(subscription.addresses[0]!, head, messageOf('k2'), messageOf('other', 'o'));
  await world.eventually(() => expect(begun).toEqual(['other']));
  await world.eventually(() => expect(noticesOf(subscription).length).toBeGreaterThan(4));

  await inbox.complete(subscription.name, [claim], 'elsewhere');
  await world.eventually(() => expect(begun).toEqual(['other', 'k2']));
  expect(new Set(noticesOf(subscription).map(({ attempts }) => attempts))).toEqual(new Set([0]));
});

test('a failing run gives its claim up, so that its retry runs at once and succeeds', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed', delaysMs: [20] });
  let failures = 1;
  const handle = async () => {
    if (failures-- > 0) throw new Error('not yet');
    return done();
  };
  await world.run(subscription, handle, { inbox });
  await world.publish(subscription.addresses[0]!, messageOf('a', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(1));
  expect(eventsOf(subscription, 'retryLater')).toHaveLength(1);
});

test('the same id with another body is set aside, unless a correction brought it', async () => {
  const subscription = world.subscription({ order: 'none' });
  const begun: string[] = [];
  await world.run(subscription, async ({ payload }) => (begun.push(payload), done()), { inbox });
  const message = messageOf('a', '');
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(begun).toEqual(['a']));
  await world.publish(subscription.addresses[0]!, { ...message, body: Buffer.from('forged') });
  await world.eventually(() => expect(eventsOf(subscription, 'deadLettered')).toHaveLength(1));

  const corrected = { ...message, body: Buffer.from('corrected') };
  await world.broker.publisher().publish([controlOf('correct', corrected, subscription)]);
  await world.eventually(() => expect(noticesOf(subscription).at(-1)).toMatchObject({ result: 'no-op' }));
  await world.publish(subscription.addresses[0]!, corrected);
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(2));
  expect(begun).toEqual(['a']);
});

test('a discard waits for a copy that is being handled, and then finds nothing to do', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed' });
  const work = held();
  await world.run(subscription, work.handle, { inbox });
  const message = messageOf('a', '');
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(work.begun).toEqual(['a']));
  await world.broker.publisher().publish([controlOf('discard', message, subscription)]);
  await world.eventually(() => expect(eventsOf(subscription, 'infrastructure').length).toBeGreaterThan(2));
  expect(noticesOf(subscription)).toEqual([]);

  work.end();
  await world.eventually(() => expect(noticesOf(subscription)).toMatchObject([{ result: 'no-op' }]));
});

test('a discard that fails gives its claim up, and discards when it comes again', async () => {
  const subscription = world.subscription({ order: 'none' });
  let failures = 1;
  const told: DeliveryNotice[] = [];
  const announce = async (notices: readonly DeliveryNotice[]) => {
    if (failures-- > 0) throw new Error('the outbox refuses');
    told.push(...notices);
  };
  await world.run(subscription, async () => done(), { inbox, announce });
  const message = messageOf('a', '');
  await world.broker.publisher().publish([controlOf('discard', message, subscription)]);
  await world.eventually(() => expect(told).toMatchObject([{ kind: 'receipt', result: 'discarded' }]));
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(1));
});

test('a discard whose process died before it was remembered is remembered when it comes again', async () => {
  const subscription = world.subscription({ order: 'none' });
  await world.run(subscription, async () => done(), { inbox });
  const message = messageOf('a', '');
  const control = controlOf('discard', message, subscription);
  await world.query(
    `INSERT INTO operations (subscription, operation_id, kind, message_id, actor, reason, asked_at)
     VALUES ($1, $2, 'discard', $3, 'ann', 'a test', now())`,
    [subscription.name, control.message.attributes['id'], message.attributes['id']],
  );
  await world.broker.publisher().publish([control]);
  const claim = claimOf(message.attributes['id'], 'a');
  await world.eventually(async () =>
    expect([...(await inbox.known(subscription.name, [claim])).values()]).toEqual(['duplicate']),
  );
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(1));
  expect(noticesOf(subscription)).toEqual([]);
});
