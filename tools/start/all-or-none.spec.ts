import { expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { allOrNone } from './all-or-none.ts';

const never = new AbortController().signal;
const aDayMs = 86_400_000;
/** As `waitUntilUp` waits. */
const untilTold = (signal: AbortSignal) => pause(aDayMs, undefined, { signal });

test('what all have answered is the answer', async () => {
  expect(await allOrNone(never, [async () => 1, async () => 'two'])).toEqual([1, 'two']);
});

test('one that fails ends the others, and its own failure is told, not theirs', async () => {
  const full = new Error('the disk is full');
  const fail = async () => {
    await pause(1);
    throw full;
  };
  await expect(allOrNone(never, [untilTold, fail])).rejects.toBe(full);
});

test('it rejects only when all have ended', async () => {
  const ended: string[] = [];
  const slowly = (signal: AbortSignal) =>
    untilTold(signal).catch(() => pause(20).then(() => ended.push('slow')));
  const failing = () => Promise.reject(new Error('no'));
  await expect(allOrNone(never, [slowly, failing])).rejects.toThrow('no');
  expect(ended).toEqual(['slow']);
});

test('whoever gives the signal ends them all', async () => {
  const told = new AbortController();
  const running = allOrNone(told.signal, [untilTold, untilTold]);
  told.abort(new Error('interrupted'));
  await expect(running).rejects.toMatchObject({ cause: new Error('interrupted') });
});
