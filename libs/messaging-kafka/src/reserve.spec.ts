import { expect, test } from '@jest/globals';
import { Reserve, type Fetched } from './reserve.js';

const place = { topic: 't', partition: 0 };

function reserveOf(prefetch: number, messages: number, bytes: number): Reserve {
  const reserve = new Reserve(prefetch);
  const fetched = { message: { value: Buffer.alloc(bytes) }, place } as unknown as Fetched;
  for (let count = 0; count < messages; count++) reserve.add(fetched);
  return reserve;
}

test('small messages are fetched several prefetches ahead, or a fast handler waits for each fetch', () => {
  expect(reserveOf(100, 799, 300).isEnough).toBe(false);
  expect(reserveOf(100, 800, 300).isEnough).toBe(true);
});

test('of large messages one prefetch is enough, or they would fill the memory', () => {
  const reserve = reserveOf(10, 10, 1_048_576);
  expect(reserve.isEnough).toBe(true);
  reserve.take(1);
  expect(reserve.isEnough).toBe(false);
});

test('what was handed over counts no more', () => {
  const reserve = reserveOf(2, 40, 1_048_576);
  expect(reserve.take(39)).toHaveLength(39);
  reserve.add(reserve.take(1)[0]!);
  expect([reserve.isEnough, reserve.take(5).length, reserve.take(5).length]).toEqual([false, 1, 0]);
});
