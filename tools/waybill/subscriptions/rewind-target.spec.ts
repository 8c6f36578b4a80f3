import { expect, test } from '@jest/globals';
import { targetOf } from './rewind-target.ts';

test('a time names its zone', () => {
  expect(targetOf(['2026-11-24T10:00:00+01:00'])).toEqual({ timeMs: Date.parse('2026-11-24T09:00:00Z') });
});

test('places name topic, partition and offset, as many as there are', () => {
  expect(targetOf(['order-events/0/7', 'a/b/12/0'])).toEqual({
    places: [
      { topic: 'order-events', partition: 0, offset: 7n },
      { topic: 'a/b', partition: 12, offset: 0n },
    ],
  });
});

test.each([
  [['yesterday']],
  [['2026-11-24']],
  [['2026-11-24T10:00:00']],
  [['payments/3']],
  [['payments/3/-1']],
  [['2026-11-24T10:00:00Z', '2026-11-25T10:00:00Z']],
  [['payments/3/1', '2026-11-25T10:00:00Z']],
])('%j is neither', (given) => {
  expect(() => targetOf(given)).toThrow('--to takes one time');
});
