import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import { deliveryStateSql } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { behaviours } from './behaviours.js';
import { judgeMutants, mutantPatienceMs, type Judgement } from './judge-mutants.js';
import { memoryUnderTest } from './memory-under-test.js';
import { mutants } from './mutants.js';
import { runConformance } from './run-conformance.js';
import type { Store } from './store.js';

let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let store: Store;
let judgements: readonly Judgement[];

beforeAll(async () => {
  const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
  throwaway = await throwawayDatabase({ sql: sql.join('\n') });
  pool = new pg.Pool({ connectionString: throwaway.url, max: 40 });
  pool.on('error', () => undefined); // an idle connection that the database's end has cut
  store = { database: pgDatabase(pool), inbox: new PostgresInbox() };
  judgements = await judgeMutants(store);
}, 180_000);

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

test('nothing but its mutation fails a mutant: the sound broker passes all, with the same patience', async () => {
  const broker = memoryUnderTest();
  const results = await runConformance({ broker, store, patienceMs: mutantPatienceMs });
  await broker.close();
  expect(results.filter(({ status }) => status === 'fail')).toEqual([]);
}, 180_000);

test('every mutant says which behaviours find it out, and has a name of its own', () => {
  expect(mutants.filter(({ failing }) => failing.length === 0)).toEqual([]);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
