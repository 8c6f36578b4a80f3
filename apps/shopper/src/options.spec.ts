import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

const words = (text: string) => text.split(' ').filter(Boolean);

test('without options the whole log is replayed, as fast as 32 requests allow', () =>
  expect(parseOptions([], {})).toMatchObject({
    orderUrl: 'http://127.0.0.1:3001',
    orders: undefined,
    skip: 0,
    rate: undefined,
    concurrency: 32,
    expressRate: 0,
    jsonLines: false,
  }));

test('every option is taken', () => {
  const given = words('--orders 10 --skip 3 --rate 2.5 --concurrency 4 --express-rate 0.1 --json-lines');
  const taken = { orders: 10, skip: 3, rate: 2.5, concurrency: 4, expressRate: 0.1, jsonLines: true };
  expect(parseOptions(given, { ORDER_URL: 'http://shop:1/', WAYBILL_API_KEY: 'k' })).toMatchObject({
    ...taken,
    orderUrl: 'http://shop:1',
    apiKey: 'k',
  });
});

test('all problems are named at once', () => {
  const wrong = () => parseOptions(words('--orders 0 --rate=-1 --express-rate 2'), { ORDER_URL: 'shop' });
  for (const problem of [
    'ORDER_URL shop must be an http:// or https:// address',
    '--orders 0 must be a whole number, 1 or more',
    '--rate -1 must be a number above 0',
    '--express-rate 2 must be between 0 and 1',
  ])
    expect(wrong).toThrow(problem);
});

test('an unknown option is answered with the known ones', () => {
  expect(() => parseOptions(['--oders', '1'], {})).toThrow(/Unknown option '--oders'[\s\S]*--orders N/);
});
