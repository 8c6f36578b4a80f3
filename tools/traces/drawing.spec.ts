import { expect, test } from '@jest/globals';
import { drawing } from './drawing.ts';

test('a line is a span, deeper lines are its children, and marks are what links go to', () => {
  const top = drawing(`
order: POST /orders
  payment: process payment_queue [first]
    payment: retry payment_queue ~> first
  payment: process payment_queue [second] ~> first
  payment: replay payment_queue ~> first, second
`);
  const [first, second, replay] = top.children;
  expect(top).toMatchObject({ label: 'order: POST /orders', linkedTo: [] });
  expect(first!.children[0]).toMatchObject({ label: 'payment: retry payment_queue', linkedTo: [first] });
  expect(second!.linkedTo).toEqual([first]);
  expect(replay!.linkedTo).toEqual([first, second]);
});

test.each([
  ['nothing', '', 'one line at its left'],
  ['two roots', 'a: b\nc: d', 'one line at its left'],
  ['a line under nothing', 'a: b\n    c: d', '"c: d" is drawn under nothing'],
  ['half an indent', 'a: b\n c: d', 'this is no line of a drawing: " c: d"'],
  ['a span of no service', 'a', 'this is no line of a drawing: "a"'],
  ['a link to a mark that is not there', 'a: b ~> first', 'no line is marked [first]'],
])('%s is refused', (_what, text, why) => {
  expect(() => drawing(text)).toThrow(why);
});
