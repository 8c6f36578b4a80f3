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
    activity: 0,
    auditUrl: 'http://127.0.0.1:3003',
    jsonLines: false,
  }));

test('every option is taken', () => {
  const given = words(
    '--orders 10 --skip 3 --rate 2.5 --concurrency 4 --express-rate 0.1 --activity 2 --json-lines',
  );
  const taken = {
    orders: 10,
    skip: 3,
    rate: 2.5,
    concurrency: 4,
    expressRate: 0.1,
    activity: 2,
    jsonLines: true,
  };
  expect(
    parseOptions(given, { ORDER_URL: 'http://shop:1/', AUDIT_URL: 'https://audit:2/', WAYBILL_API_KEY: 'k' }),
  ).toMatchObject({
    ...taken,
    orderUrl: 'http://shop:1',
    auditUrl: 'https://audit:2',
    apiKey: 'k',
  });
});

test('all problems are named at once', () => {
  const wrong = () =>
    parseOptions(words('--orders 0 --rate=-1 --express-rate 2 --activity 0.5'), {
      ORDER_URL: 'shop',
      AUDIT_URL: 'ftp://audit',
    });
  for (const problem of [
    'ORDER_URL shop must be an http:// or https:// address',
    'AUDIT_URL ftp://audit must be an http:// or https:// address',
    '--activity 0.5 must be a whole number, 0 or more',
    '--orders 0 must be a whole number, 1 or more',
    '--rate -1 must be a number above 0',
    '--express-rate 2 must be between 0 and 1',
  ])
    expect(wrong).toThrow(problem);
});

test('an unknown option is answered with the known ones', () => {
  expect(() => parseOptions(['--oders', '1'], {})).toThrow(/Unknown option '--oders'[\s\S]*--orders N/);
});
