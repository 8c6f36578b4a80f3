import { describe, expect, test } from '@jest/globals';
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

describe('under load', () => {
  /** Batches by their messages' names, each ended by hand. */
  function heldLane() {
    const begun: string[][] = [];
    const ends: (() => void)[] = [];
    const process = (batch: readonly RawDelivery[]) => {
      begun.push(batch.map(({ origin }) => origin.offset!));
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const lane = new BatchLane(process, { prefetch: 1_000 }, new StandingClock());
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    const accept = (deliveries: readonly RawDelivery[]) => (lane.accept(deliveries), settled());
    const end = (batch: number) => (ends[batch]!(), settled());
    return { lane, accept, begun, end };
  }

  const keyed = (key: (number: number) => string, from: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const number = from + index;
      return {
        message: { key: key(number) },
        origin: { offset: String(number) },
      } as RawDelivery;
    });

  const unique = (number: number) => `k${number}`;

  test('a full batch of other keys runs beside the first, and a third waits', async () => {
    const { lane, accept, begun } = heldLane();
    await accept(keyed(unique, 0, 1));
    await accept(keyed(unique, 1, 500));
    expect(begun.map(({ length }) => length)).toEqual([1, 200]);
    expect(lane.held).toBe(501);
  });

  test('less than a full batch waits for the first to end', async () => {
    const { accept, begun, end } = heldLane();
    await accept(keyed(unique, 0, 1));
    await accept(keyed(unique, 1, 199));
    expect(begun).toHaveLength(1);
    await end(0);
    expect(begun[1]).toHaveLength(199);
  });

  test('one that ran beside the first goes on only with a full batch', async () => {
    const { accept, begun, end } = heldLane();
    await accept(keyed(unique, 0, 1));
    await accept(keyed(unique, 1, 300));
    await end(1);
    expect(begun.map(({ length }) => length)).toEqual([1, 200]);
    await end(0);
    expect(begun[2]).toHaveLength(100);
  });

  test('no key is in two batches at once, and each keeps its order', async () => {
    const { accept, begun, end } = heldLane();
    const odd = (number: number) => (number % 2 ? 'odd' : unique(number));
    await accept(keyed(odd, 1, 1));
    await accept(keyed(odd, 2, 300));
    expect(begun[1]!.filter((offset) => Number(offset) % 2)).toEqual([]);
    await end(0);
    await end(1);
    expect(begun[2]!.map(Number)).toEqual(begun[2]!.map(Number).toSorted((a, b) => a - b));
    expect(begun.flat()).toHaveLength(301);
  });

  test('what only one key has waits for it, and is not forgotten', async () => {
    const { lane, accept, begun, end } = heldLane();
    await accept(keyed(() => 'the one', 0, 1));
    await accept(keyed(() => 'the one', 1, 300));
    expect(begun).toHaveLength(1);
    await end(0);
    await end(1);
    await end(2);
    await lane.idle();
    expect(begun.flat().map(Number)).toEqual(Array.from({ length: 301 }, (_, number) => number));
  });

  test('what one batch held up runs beside the next, although nothing has come since', async () => {
    const { accept, begun, end } = heldLane();
    await accept(keyed((number) => (number % 2 ? 'x' : 'y'), 0, 200));
    await accept(keyed((number) => (number < 400 ? 'x' : 'y'), 200, 400));
    expect(begun).toHaveLength(1);
    await end(0);
    expect(begun.slice(1).map((batch) => [batch[0], batch.length])).toEqual([
      ['200', 200],
      ['400', 200],
    ]);
  });

  test('a message without a key waits for nobody', async () => {
    const { accept, begun } = heldLane();
    await accept(keyed(() => '', 0, 1));
    await accept(keyed(() => '', 1, 200));
    expect(begun.map(({ length }) => length)).toEqual([1, 200]);
  });
});
