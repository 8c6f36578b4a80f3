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
