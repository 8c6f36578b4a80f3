import { describe, expect, test } from '@jest/globals';
import { answerFrom, noAnswer } from './psp-answer.js';

describe('the provider’s answer', () => {
  test.each([
    [201, 'captured'],
    [200, 'captured'],
    [200, 'cancelled'],
    [409, 'captured'],
    [409, 'cancelled'],
  ])('%i with status %s is final', (status, state) => {
    expect(answerFrom(status, JSON.stringify({ status: state }))).toEqual({ kind: state });
  });

  test('declined is final and says why', () => {
    expect(answerFrom(200, '{"status":"declined","declineReason":"insufficient-funds"}')).toEqual({
      kind: 'declined',
      because: 'insufficient-funds',
    });
  });

  test.each([500, 502, 503, 504, 408, 425, 429, 409, 301])('%i without a charge is unknown', (status) => {
    expect(answerFrom(status, 'oops')).toEqual({ kind: 'unknown', because: `psp-answered: ${status}` });
  });

  test.each(['', 'no json', '{}', '{"status":"pending"}', 'null'])('200 with body %p is unknown', (body) => {
    expect(answerFrom(200, body).kind).toBe('unknown');
  });

  test('a 500 is unknown, whatever its body claims', () => {
    expect(answerFrom(500, '{"status":"captured"}').kind).toBe('unknown');
  });

  test.each([400, 401, 404, 413, 422])('%i is refused, with what was said, cut short', (status) => {
    const answer = answerFrom(status, 'x'.repeat(1_000));
    expect(answer).toEqual({ kind: 'refused', because: `psp-refused: ${status} ${'x'.repeat(200)}` });
  });

  test('silence is unknown and names its cause', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    expect(noAnswer(error)).toEqual({ kind: 'unknown', because: 'psp-silent: connect ECONNREFUSED' });
  });
});
