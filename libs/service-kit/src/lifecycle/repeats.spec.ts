import { describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { Repeats } from './repeats.js';

const warnings: unknown[] = [];
const repeats = () => new Repeats({ warn: (message: unknown) => void warnings.push(message) });

describe('a repeated job', () => {
  test('that fails is told and tried again at its next time', async () => {
    const repeated = repeats();
    const err = new Error('database away');
    let runs = 0;
    repeated.every('forget old keys', 1, async () => {
      if (++runs === 1) throw err;
    });
    await eventually(() => expect(runs).toBeGreaterThan(1));
    await repeated.stop();
    expect(warnings).toEqual([{ msg: 'cannot forget old keys', err }]);
  });

  test('never runs twice at once, and does not hold up another', async () => {
    const repeated = repeats();
    const held = Promise.withResolvers<void>();
    let slow = 0;
    let quick = 0;
    repeated.every('be slow', 1, () => (slow++, held.promise));
    repeated.every('be quick', 1, async () => void quick++);
    await eventually(() => expect(quick).toBeGreaterThan(5));
    expect(slow).toBe(1);
    held.resolve();
    await repeated.stop();
  });

  test('that is under way is waited for when all are to stop, and none begins after', async () => {
    const repeated = repeats();
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const seen: string[] = [];
    repeated.every('work', 1, async () => {
      seen.push('begun');
      begun.resolve();
      await held.promise;
      seen.push('ended');
    });
    repeated.every('wait', 60_000, async () => void seen.push('never'));
    await begun.promise;
    const stopped = repeated.stop().then(() => seen.push('stopped'));
    held.resolve();
    await stopped;
    expect(seen).toEqual(['begun', 'ended', 'stopped']);
  });
});
