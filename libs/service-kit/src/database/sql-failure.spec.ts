import { expect, test } from '@jest/globals';
import { classifyFailure } from '@waybill/messaging';
import pg from 'pg';
import { sqlFailure } from './sql-failure.js';

/** What a pooler says of a connection, within a transaction and through Prisma's client. */
const inTransaction = (severity: string) =>
  Object.assign(new pg.DatabaseError('server conn crashed?', 0, 'error'), { code: '08P01', severity });
const throughClient = (severity: string) => {
  const cause = {
    kind: 'postgres',
    originalCode: '08P01',
    originalMessage: 'server conn crashed?',
    severity,
  };
  return Object.assign(new Error('Raw query failed'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause } },
  });
};

test.each([
  ['in a transaction', inTransaction],
  ['through the client', throughClient],
])('a pooler that ends the connection costs no attempt, %s', (_, failed) => {
  expect(classifyFailure(sqlFailure(failed('FATAL')))).toBe('infrastructure');
  expect(classifyFailure(sqlFailure(failed('ERROR')))).toBe('bug');
});
