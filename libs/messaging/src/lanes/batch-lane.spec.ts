import { expect, test } from '@jest/globals';
import type { RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import { BatchLane } from './batch-lane.js';

/** Time stands still; a wait ends when it is told to, or cut short. */
class StandingClock implements Clock {
  readonly waits: number[] = [];
  private end = () => {};

  now = () => 0;
  wait = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      this.waits.push(ms);
      this.end = resolve;
      signal?.addEventListener('abort', () => resolve());
    });
  elapse = () => this.end();
}

function laneWith(gatherMs?: number, prefetch = 3) {
  const clock = new StandingClock();
  const batches: number[] = [];
  const process = async (batch: readonly RawDelivery[]) => void batches.push(batch.length);
  const subscription = { prefetch, ...(gatherMs !== undefined && { gatherMs }) };
  return { lane: new BatchLane(process, subscription, clock), clock, batches };
}

const deliveries = (count: number) => Array.from({ length: count }, () => ({}) as RawDelivery);

test('a lone message waits for nothing', async () => {
  const { lane, clock, batches } = laneWith();
  lane.accept(deliveries(1));
  await lane.idle();
  expect([batches, clock.waits]).toEqual([[1], []]);
});

test('where messages gather, those that come in time are one batch', async () => {
  const { lane, clock, batches } = laneWith(200);
  lane.accept(deliveries(1));
  lane.accept(deliveries(1));
  expect([batches, clock.waits]).toEqual([[], [200]]);
  clock.elapse();
  await lane.idle();
  expect(batches).toEqual([2]);
});

test('a full prefetch ends the wait: the broker would bring no more', async () => {
  const { lane, clock, batches } = laneWith(200);
  lane.accept(deliveries(1));
  lane.accept(deliveries(2));
  await lane.idle();
  lane.accept(deliveries(3));
  await lane.idle();
  expect([batches, clock.waits]).toEqual([[3, 3], [200]]);
});
