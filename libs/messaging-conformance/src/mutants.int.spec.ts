import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import { deliveryStateSql } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { behaviours } from './behaviours.js';
import { judgeMutants, type Judgement } from './judge-mutants.js';

let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let judgements: readonly Judgement[];

beforeAll(async () => {
  const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
  throwaway = await throwawayDatabase({ sql: sql.join('\n') });
  pool = new pg.Pool({ connectionString: throwaway.url, max: 40 });
  pool.on('error', () => undefined); // an idle connection that the database's end has cut
  judgements = await judgeMutants({ database: pgDatabase(pool), inbox: new PostgresInbox() });
}, 60_000);

afterAll(async () => {
  await pool.end();
  await throwaway.drop();
});

test.each(behaviours.map(({ name }) => [name]))('a broken broker is found out by: %s', (name) => {
  const own = judgements.filter(({ behaviour }) => behaviour === name);
  expect(own.map(({ mutant, verdict }) => [mutant, verdict])).toEqual(
    own.map(({ mutant }) => [mutant, 'found']),
  );
  expect(own).not.toEqual([]);
});
