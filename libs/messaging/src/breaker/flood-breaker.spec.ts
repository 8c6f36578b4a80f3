import { expect, test } from '@jest/globals';
import type { MessagingEvent } from '../messaging-events.js';
import { FloodBreaker } from './flood-breaker.js';

/** A clock that only moves when somebody waits on it. */
function world() {
  let nowMs = 1_000_000;
  const states: string[] = [];
  const clock = {
    now: () => nowMs,
    wait: async (ms: number, signal?: AbortSignal) => {
      if (!signal?.aborted) nowMs += ms;
    },
  };
  const events = {
    emit: (event: MessagingEvent) => void (event.kind === 'breaker' && states.push(event.state)),
  };
  const pass = (ms: number) => void (nowMs += ms);
  return { breaker: new FloodBreaker('s', clock, events), states, pass, now: () => nowMs };
}

const never = new AbortController().signal;

test('opens after ten failures in a row, and not after nine', () => {
  const { breaker } = world();
  breaker.record('failed', 'no', 9);
  breaker.record('succeeded');
  breaker.record('failed', 'no', 9);
  expect(breaker.isOpen).toBe(false);
  breaker.record('failed', 'the database of somebody else is away');
  expect(breaker.status).toEqual({
    state: 'open',
    because: '10 failed in a row; last: the database of somebody else is away',
  });
});

test('opens at half of twenty within thirty seconds, and not when they lie further apart', () => {
  const { breaker, pass } = world();
  const alternate = (times: number) => {
    for (let index = 0; index < times; index++) {
      breaker.record('succeeded');
      breaker.record('failed', 'no');
    }
  };
  alternate(9);
  pass(31_000);
  alternate(9);
  expect(breaker.isOpen).toBe(false);
  alternate(1);
  expect(breaker.isOpen).toBe(true);
});

test('lets one message through after 10, 30, 60 s, and closes when it succeeds', async () => {
  const { breaker, now, states } = world();
  breaker.record('failed', 'no', 10);
  const pauses: number[] = [];
  for (let probe = 0; probe < 4; probe++) {
    const openedAt = now();
    await breaker.passage(never);
    pauses.push(now() - openedAt);
    breaker.record(probe < 3 ? 'failed' : 'succeeded', 'no');
  }
  expect(pauses).toEqual([10_000, 30_000, 60_000, 60_000]);
  expect(breaker.status).toEqual({ state: 'closed' });
  expect(states).toEqual(['open', ...Array(3).fill(['half-open', 'open']).flat(), 'half-open', 'closed']);
});

test('lets nobody else pass while one message is let through', async () => {
  const { breaker } = world();
  breaker.record('failed', 'no', 10);
  await breaker.passage(never);
  const leaving = new AbortController();
  let passed = false;
  const second = breaker.passage(leaving.signal).then(() => (passed = !leaving.signal.aborted));
  leaving.abort();
  await second;
  expect(passed).toBe(false);
});

test('what is the message’s own fault counts neither way', () => {
  const { breaker } = world();
  for (let index = 0; index < 50; index++) breaker.record('neutral');
  breaker.record('failed', 'no', 9);
  breaker.record('neutral');
  breaker.record('failed', 'no');
  expect(breaker.isOpen).toBe(true);
});
