import { expect, test } from '@jest/globals';
import type { RawDelivery } from '../broker.js';
import { BacklogWatch } from './backlog-watch.js';

/** A watch that looks every 5 s, and time in the test's hands. */
function watched() {
  let nowMs = 0;
  const clock = { now: () => nowMs, wait: () => Promise.resolve() };
  const watch = new BacklogWatch({ clock, subscription: 's', lookEveryMs: 5_000 });
  return { watch, pass: (ms: number) => void (nowMs += ms) };
}

const answers = (count: number) => ({ waiting: () => Promise.resolve(count) });
const away = { waiting: () => Promise.reject(new Error('away')) };
const silent = { waiting: () => new Promise<never>(() => undefined) };
const delivery = () => ({}) as RawDelivery;
const answered = () => new Promise((resolve) => setImmediate(resolve));

test('what waits at the broker may be done now', async () => {
  const { watch } = watched();
  expect(watch.last).toBeUndefined();
  expect(await watch.look(answers(7), [])).toBe(7);
  await answered();
  expect(watch.last).toEqual({ waiting: 7, parked: 0, due: 7, oldestAgeMs: 0 });
});

test('while the broker cannot be asked, what waits is unknown and not none', async () => {
  const { watch } = watched();
  expect(await watch.look(away, [])).toBeUndefined();
  await answered();
  expect(watch.last).toEqual({ parked: 0, oldestAgeMs: 0 });
});

test('a broker that does not answer is not asked again, and what it said before is soon unknown', async () => {
  const { watch, pass } = watched();
  await watch.look(answers(7), []);
  await answered();
  void watch.look(silent, []);
  pass(15_000);
  expect(await watch.look(answers(8), [])).toBeUndefined();
  expect(watch.last).toMatchObject({ waiting: 7 });
  pass(1);
  expect(watch.last).toBeUndefined();
});

test('the oldest in hand is as old as the look that saw it first; one that is gone is forgotten', async () => {
  const { watch, pass } = watched();
  const [slow, quick] = [delivery(), delivery()];
  const look = async (...inHand: RawDelivery[]) => {
    await watch.look(answers(0), inHand);
    await answered();
    pass(5_000);
    return watch.last?.oldestAgeMs;
  };
  expect(await look(slow)).toBe(0);
  expect(await look(quick, slow)).toBe(5_000);
  expect(await look(delivery(), slow)).toBe(10_000);
  expect(await look(delivery())).toBe(0);
});
