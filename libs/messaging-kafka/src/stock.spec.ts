import { expect, test } from '@jest/globals';
import { systemClock } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import { PartitionProgress } from './partition-progress.js';
import { Stock } from './stock.js';

const place = { topic: 't', partition: 0 };
const outOfTheWay = 1_000_000;

function stockOf(prefetch: number, messages: number, bytes: number): Stock {
  const progress = new PartitionProgress(place, outOfTheWay);
  const stock = new Stock(prefetch, systemClock, () => undefined);
  for (let offset = 0n; offset < messages; offset++) {
    progress.take(offset);
    stock.add({ message: { value: Buffer.alloc(bytes) } as unknown as KafkaMessage, offset, progress });
  }
  return stock;
}

test('small messages are fetched several prefetches ahead, or a fast handler waits for each fetch', () => {
  expect(stockOf(100, 799, 300).isEnough).toBe(false);
  expect(stockOf(100, 800, 300).isEnough).toBe(true);
});

test('of large messages one prefetch is enough, or they would fill the memory', () => {
  const stock = stockOf(10, 10, 1_048_576);
  expect(stock.isEnough).toBe(true);
  stock.take(1);
  expect(stock.isEnough).toBe(false);
});

test('what was handed over counts no more', () => {
  const stock = stockOf(2, 40, 1_048_576);
  expect(stock.take(39)).toHaveLength(39);
  expect([stock.isEnough, stock.take(5).length, stock.take(5).length]).toEqual([false, 1, 0]);
});

test('partitions take turns, from one hand-over to the next, and each keeps its order', () => {
  const stock = new Stock(10, systemClock, () => undefined);
  for (const partition of [0, 1]) {
    const progress = new PartitionProgress({ topic: 't', partition }, outOfTheWay);
    for (let offset = 0n; offset < 3n; offset++) {
      progress.take(offset);
      stock.add({ message: { value: null } as unknown as KafkaMessage, offset, progress });
    }
  }
  const taken = [...stock.take(1), ...stock.take(1), ...stock.take(9)];
  expect(taken.map(({ progress, offset }) => `${progress.place.partition}/${offset}`)).toEqual([
    '0/0',
    '1/0',
    '0/1',
    '1/1',
    '0/2',
    '1/2',
  ]);
});
