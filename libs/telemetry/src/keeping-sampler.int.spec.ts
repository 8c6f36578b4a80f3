import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { done, retryLater } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { RecordedSpans } from './testing/recorded-spans.js';
import { TracedWorld, tracedMessage } from './testing/traced-world.js';

let spans: RecordedSpans;
let world: TracedWorld;
beforeAll(async () => {
  spans = new RecordedSpans({ ratio: 0 });
  world = await TracedWorld.open();
});
afterAll(async () => {
  await world.close();
  await spans.close();
});

const overtaking = { order: 'none', onFailingKey: 'overtake', maxAttempts: 2 } as const;

/** What a handler does to others, such as asking the payment provider. */
const askSomebody = () => trace.getTracer('test').startSpan('ask', {}, context.active()).end();

test('in a trace that is not sampled nothing of what goes straight through is recorded', async () => {
  const subscription = await world.run(overtaking, async () => {
    askSomebody();
    return done();
  });
  const { message, traceId } = tracedMessage('fine', { sampled: false });
  await world.publish(subscription, message);
  await eventually(() => expect(world.events.map(({ kind }) => kind)).toContain('handled'));
  expect(spans.told(traceId)).toEqual([]);
});

test('in a trace that is not sampled every failed attempt, retry and dead letter is recorded, and nothing else', async () => {
  const startedAt = Date.now();
  const subscription = await world.run(overtaking, async () => {
    askSomebody();
    throw new Error('no');
  });
  const { message, traceId } = tracedMessage('bad', { sampled: false });
  await world.publish(subscription, message);
  await eventually(() => expect(spans.told(traceId).at(-1)).toBe('dead-letter-1 → process-2'));
  const told = spans.told(traceId);
  expect(told.filter((each) => !each.startsWith('ask'))).toEqual([
    'process-1 threw',
    'retry-1 → process-1',
    'process-2 threw → process-1',
    'dead-letter-1 → process-2',
  ]);
  // Only of the second attempt, which was kept from its start: the first was seen to fail when it was over.
  const [first, second, ...others] = [
    ...spans.of(traceId).filter(({ name }) => name.startsWith('process')),
    ...spans.of(traceId).filter(({ name }) => name === 'ask'),
  ];
  expect(others.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    second!.spanContext().spanId,
  ]);
  const [seconds, nanos] = first!.startTime;
  expect(seconds * 1_000 + nanos / 1e6).toBeGreaterThanOrEqual(startedAt - 1);
  expect(first!.duration[0] * 1e9 + first!.duration[1]).toBeGreaterThan(0);
  expect(first!.attributes).toMatchObject({ 'error.type': 'Error', 'waybill.attempt': 1 });
});

test('what a retried message brings about is recorded from its second attempt on', async () => {
  const failing = new Set(['put off']);
  const subscription = await world.run(overtaking, async (payload) => {
    if (failing.delete(payload)) return retryLater({ because: 'too early' });
    askSomebody();
    return done();
  });
  const { message, traceId } = tracedMessage('put off', { sampled: false });
  await world.publish(subscription, message);
  await eventually(() =>
    expect(spans.told(traceId)).toEqual([
      'process-1 retryLater',
      'retry-1 → process-1',
      'ask-1',
      'process-2 done → process-1',
    ]),
  );
});
