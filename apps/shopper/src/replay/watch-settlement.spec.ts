import { expect, test } from '@jest/globals';
import { justBefore } from './watch-settlement.js';

test.each([
  ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-000000000009'],
  ['01900000-0000-7000-8000-100000000000', '01900000-0000-7000-8000-0fffffffffff'],
])('the cursor before %s is %s', (orderId, cursor) => expect(justBefore(orderId)).toBe(cursor));
