import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetter, deadLetterAddress, done, type Subscription } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { RecordedSpans } from './testing/recorded-spans.js';
import { somebody, TracedWorld, tracedMessage } from './testing/traced-world.js';

let spans: RecordedSpans;
let world: TracedWorld;
beforeAll(async () => {
  spans = new RecordedSpans();
  world = await TracedWorld.open();
});
afterAll(async () => {
  await world.close();
  await spans.close();
});

const overtaking = { order: 'none', onFailingKey: 'overtake' } as const;

const deadLetters = (subscription: Subscription) =>
  world.broker.written(deadLetterAddress(subscription, subscription.addresses[0]!));

const dead = async (subscription: Subscription) => {
  await eventually(() => expect(deadLetters(subscription)).toHaveLength(1));
  return deadLetters(subscription)[0]!;
};

test('what goes straight through is one span under the context of its message, and has no link', async () => {
  const subscription = await world.run(overtaking, async () => done());
  const { message, traceId } = tracedMessage('fine');
  await world.publish(subscription, message);
  await eventually(() => expect(spans.told(traceId)).toEqual(['process-1 done']));
  const [span] = spans.of(traceId);
  expect(span!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(span!.attributes).toMatchObject({
    'messaging.operation.type': 'process',
    'messaging.destination.subscription.name': subscription.name,
    'messaging.message.id': message.attributes['id'],
    'waybill.attempt': 1,
  });
});

test('retries through the broker, the dead letter and a replay are linked to the first attempt', async () => {
  let broken = true;
  const subscription = await world.run({ ...overtaking, maxAttempts: 3 }, async () => {
    if (broken) throw new Error('not yet');
    return done();
  });
  const { message, traceId } = tracedMessage('bad');
  await world.publish(subscription, message);
  const letter = await dead(subscription);
  broken = false;
  await world.operate('replay', letter, subscription);
  await eventually(() =>
    expect(spans.told(traceId)).toEqual([
      'process-1 threw',
      'retry-1 → process-1',
      'process-2 threw → process-1',
      'retry-2 → process-2',
      'process-3 threw → process-1',
      'dead-letter-1 → process-3',
      'replay-1 → process-1',
      'process-4 done → process-1',
    ]),
  );
  expect(spans.of(traceId).filter(({ attributes }) => attributes['messaging.system'] !== 'memory')).toEqual(
    [],
  );
});

test('a parked head, what is parked behind it, its dead letter and its replay are linked', async () => {
  let broken = true;
  const subscription = await world.run({ maxAttempts: 2 }, async (payload) => {
    if (payload === 'head' && broken) throw new Error('not yet');
    return done();
  });
  const head = tracedMessage('head');
  await world.publish(subscription, head.message);
  const letter = await dead(subscription);
  const behind = tracedMessage('behind');
  await world.publish(subscription, behind.message);
  await eventually(() => expect(spans.told(behind.traceId)).toHaveLength(2));
  const [, park] = spans.of(behind.traceId);
  const [first] = spans.of(head.traceId);
  expect(park).toMatchObject({ name: `park ${subscription.name}` });
  expect(park!.links.map(({ context }) => context.spanId)).toEqual([first!.spanContext().spanId]);

  broken = false;
  await world.operate('replay', letter, subscription);
  await eventually(() =>
    expect(spans.told(head.traceId)).toEqual([
      'process-1 threw',
      'park-1 → process-1',
      'process-2 threw → process-1',
      'dead-letter-1 → process-2',
      'replay-1 → process-1',
      'process-3 done → process-1',
    ]),
  );
  await eventually(() =>
    expect(spans.told(behind.traceId)).toEqual(['process-1 parked', 'park-1 → unknown', 'process-2 done']),
  );
});

test('what waited behind a head is linked to its own first attempt when it fails in its turn', async () => {
  const failing = new Set(['head', 'behind']);
  const subscription = await world.run({}, async (payload) => {
    if (failing.delete(payload)) throw new Error('not yet');
    return done();
  });
  const [head, behind] = [tracedMessage('head'), tracedMessage('behind')];
  await world.publish(subscription, head.message);
  await eventually(() => expect(spans.told(head.traceId)).toHaveLength(2));
  await world.publish(subscription, behind.message);
  await eventually(() =>
    expect(spans.told(behind.traceId)).toEqual([
      'process-1 parked',
      'park-1 → unknown',
      'process-2 threw',
      'park-2 → process-2',
      'process-3 done → process-2',
    ]),
  );
});

test('an operation that gives a message up is linked to the first attempt', async () => {
  const subscription = await world.run(overtaking, async () => deadLetter('never'));
  const { message, traceId } = tracedMessage('given up');
  await world.publish(subscription, message);
  await world.operate('discard', await dead(subscription), subscription);
  await eventually(() =>
    expect(spans.told(traceId)).toEqual([
      'process-1 deadLetter',
      'dead-letter-1 → process-1',
      'discard-1 → process-1',
    ]),
  );
});

test('a batch that is rolled back says so, and the runs alone are first attempts', async () => {
  const subscription = await world.run({ ...overtaking, gatherMs: 50 }, async (payload) => {
    if (payload === 'guilty') throw new Error('no');
    return done();
  });
  const [guilty, innocent] = [tracedMessage('guilty'), tracedMessage('innocent')];
  await world.publish(subscription, innocent.message, guilty.message);
  await eventually(() =>
    expect(spans.told(innocent.traceId)).toEqual(['process-1 rolled-back', 'process-2 done']),
  );
  await eventually(() =>
    expect(spans.told(guilty.traceId).slice(0, 3)).toEqual([
      'process-1 rolled-back',
      'process-2 threw',
      'retry-1 → process-2',
    ]),
  );
});

test('what is told of a delivery names the attempt it tells of, and is written in its trace', async () => {
  const subscription = await world.run({ ...overtaking, maxAttempts: 1 }, async () => deadLetter('never'));
  const { message, traceId } = tracedMessage('told');
  await world.publish(subscription, message);
  await dead(subscription);
  await eventually(() => expect(world.told.some(({ notice }) => notice.subject === 'told')).toBe(true));
  const { notice, within } = world.told.find((each) => each.notice.subject === 'told')!;
  const [attempt] = spans.of(traceId);
  expect(notice.traceparent).toBe(`00-${traceId}-${attempt!.spanContext().spanId}-01`);
  expect(within).toBe(notice.traceparent);
});

test('whom a message tells of is in no span, no notice and no header, though every error quotes it', async () => {
  const subscription = await world.run({ ...overtaking, maxAttempts: 2 }, async () => {
    throw new Error(`<${somebody}>: no such mailbox`);
  });
  const { message, traceId } = tracedMessage('quoted');
  await world.publish(subscription, message);
  const { headers } = await dead(subscription);
  await eventually(() => expect(spans.told(traceId)).toHaveLength(4));
  const own = spans.of(traceId).map(({ attributes, events, status }) => ({ attributes, events, status }));
  const notices = () => world.told.filter(({ notice }) => notice.subject === 'quoted');
  await eventually(() => expect(notices()).toHaveLength(2));
  const told = JSON.stringify([own, notices(), headers, world.events]);
  expect(told).toContain('<[personal]>: no such mailbox');
  expect(told).not.toContain(somebody);
});
