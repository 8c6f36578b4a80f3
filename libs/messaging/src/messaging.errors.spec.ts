import { expect, test } from '@jest/globals';
import { classifyFailure, FatalError } from './messaging.errors.js';

const postgres = (code: string, severity = 'ERROR') => Object.assign(new Error(code), { code, severity });

test.each(['08006', '25006', '40001', '40P01', '53100', '53300', '55P03', '57P01', '57P05'])(
  'SQLSTATE %s is the database, and costs nothing',
  (code) => expect(classifyFailure(postgres(code))).toBe('infrastructure'),
);

test.each(['22P02', '23505', '25P03', '25P04', '42P01'])('SQLSTATE %s costs an attempt', (code) =>
  expect(classifyFailure(postgres(code))).toBe('bug'),
);

test('a cancelled statement costs an attempt: it may be too slow for its time limit, for ever', () =>
  expect(classifyFailure(postgres('57014'))).toBe('retryable'));

test('a violated protocol is the end of a connection where it ended one, else a bug in the statement', () => {
  expect(classifyFailure(postgres('08P01', 'FATAL'))).toBe('infrastructure');
  expect(classifyFailure(postgres('08P01'))).toBe('bug');
});

test.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND'])(
  'a network that says %s costs nothing',
  (code) => expect(classifyFailure(Object.assign(new Error(code), { code }))).toBe('infrastructure'),
);

test('what is said first counts, and a cause is asked where nothing is said', () => {
  expect(classifyFailure(new Error('wrapped', { cause: postgres('40001') }))).toBe('infrastructure');
  expect(classifyFailure(new FatalError('no', { cause: postgres('40001') }))).toBe('fatal');
});
