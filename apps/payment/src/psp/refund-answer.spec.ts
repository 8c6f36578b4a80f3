import { expect, test } from '@jest/globals';
import { refundAnswerFrom } from './refund-answer.js';

const refunded = JSON.stringify({ key: 'k', status: 'captured', refundedAt: '2026-11-27T10:00:00.000Z' });

test('only the provider’s word that money was given back is a refund', () => {
  expect(refundAnswerFrom(200, refunded)).toEqual({ kind: 'refunded' });
});

test.each([
  [200, '{"key":"k","status":"captured"}'],
  [200, 'not JSON'],
  [429, ''],
  [500, refunded],
  [503, ''],
])('%i with %s leaves open whether the money moved', (status, body) => {
  expect(refundAnswerFrom(status, body)).toEqual({ kind: 'unknown', because: `psp-answered: ${status}` });
});

test.each([404, 409, 422])('%i will not change by asking again', (status) => {
  expect(refundAnswerFrom(status, '{}')).toEqual({ kind: 'refused', because: `psp-refused: ${status} {}` });
});
