import { describe, expect, test } from '@jest/globals';
import { PartitionProgress } from './partition-progress.js';

function taking(...offsets: bigint[]) {
  const progress = new PartitionProgress({ topic: 't', partition: 0 }, 500);
  for (const offset of offsets) progress.take(offset);
  return progress;
}

describe('the watermark', () => {
  test('never passes an unsettled offset', () => {
    const progress = taking(5n, 6n, 7n);
    progress.settle(7n);
    progress.settle(6n);
    expect(progress.toCommit()).toBeUndefined();
    progress.settle(5n);
    expect(progress.toCommit()).toBe(8n);
  });

  test('steps over gaps that compaction or transactions leave', () => {
    const progress = taking(5n, 9n);
    progress.settle(5n);
    expect(progress.toCommit()).toBe(6n);
    progress.settle(9n);
    expect(progress.toCommit()).toBe(10n);
  });

  test('passes what no consumer sees once all before it is settled', () => {
    const progress = taking(1n);
    progress.passed(4n);
    expect(progress.toCommit()).toBeUndefined();
    progress.settle(1n);
    expect(progress.toCommit()).toBe(5n);
    progress.passed(6n);
    expect(progress.toCommit()).toBe(7n);
  });

  test('is offered for commit once', () => {
    const progress = taking(1n);
    progress.settle(1n);
    progress.wasCommitted(2n);
    expect(progress.toCommit()).toBeUndefined();
  });

  test('follows thousands settled in a random order', () => {
    const offsets = Array.from({ length: 5_000 }, (_, index) => BigInt(index));
    const progress = taking(...offsets);
    const shuffled = offsets.toSorted(
      (a, b) => Number((a * 7_919n) % 5_003n) - Number((b * 7_919n) % 5_003n),
    );
    const open = new Set(offsets);
    for (const offset of shuffled) {
      progress.settle(offset);
      open.delete(offset);
      const watermark = progress.toCommit() ?? 0n;
      if (open.has(watermark - 1n)) throw new Error(`${watermark} passes an unsettled offset`);
    }
    expect(progress.toCommit()).toBe(5_000n);
  });
});

describe('the reach of a partition', () => {
  test('is a span from the first uncommitted offset, and moves with the commit', () => {
    const progress = taking(7n);
    expect([506n, 507n].map((offset) => progress.isInReach(offset))).toEqual([true, false]);
    progress.settle(7n);
    expect(progress.isInReach(507n)).toBe(false);
    progress.wasCommitted(8n);
    progress.take(8n);
    expect([507n, 508n].map((offset) => progress.isInReach(offset))).toEqual([true, false]);
  });

  test('does not end at a gap wider than itself', () => {
    const progress = taking(7n, 9_000n, 9_500n);
    progress.settle(7n);
    progress.wasCommitted(8n);
    expect([9_499n, 9_500n].map((offset) => progress.isInReach(offset))).toEqual([true, false]);
  });

  test('holds all that a process before may have had in hand', () => {
    const progress = taking(7n);
    expect([506n, 507n].map((offset) => progress.mayHaveBeenDelivered(offset))).toEqual([true, false]);
  });
});

test('an offset that was taken before is known, and whatever lies below it', () => {
  const progress = taking(3n, 4n);
  expect([3n, 4n, 5n].map((offset) => progress.wasTaken(offset))).toEqual([true, true, false]);
});
