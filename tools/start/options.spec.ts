import { expect, test } from '@jest/globals';
import { parseOptions } from './options.ts';

test('nobody looks around the shop unless asked to', () => {
  expect(parseOptions([])).toMatchObject({ orders: 500, rate: 50, activity: 0 });
  expect(parseOptions(['--activity', '5'])).toMatchObject({ activity: 5 });
  expect(parseOptions(['--activity', '0'])).toMatchObject({ activity: 0 });
});

test.each(['many', '-1', '1.5', '', '1e3'])('--activity %p is refused, naming the rule', (given) => {
  expect(() => parseOptions([`--activity=${given}`])).toThrow(
    `--activity must be a whole number, 0 or more, not "${given}"`,
  );
});
