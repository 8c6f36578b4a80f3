import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { classifyFailure, type SqlDatabase, type SqlTransaction } from '@waybill/messaging';
import { TcpProxy, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { pgDatabase } from './pg-database.js';

let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let database: SqlDatabase;

beforeAll(async () => void (throwaway = await throwawayDatabase({ sql: 'CREATE TABLE notes (text text)' })));
beforeEach(() => {
  pool = new pg.Pool({ connectionString: throwaway.url, max: 1 });
  pool.on('error', () => undefined);
  database = pgDatabase(pool);
});
afterEach(async () => {
  await pool.query('TRUNCATE notes');
  await pool.end();
});
afterAll(() => throwaway.drop());

const insert = 'INSERT INTO notes VALUES ($1)';
const notes = async () =>
  (await pool.query<{ text: string }>('SELECT text FROM notes')).rows.map(({ text }) => text);

test('a commit takes the beforeCommit writes along, and afterCommit comes last', async () => {
  const steps: string[] = [];
  await database.transaction(async (transaction) => {
    transaction.beforeCommit(
      async () => void steps.push(`before ${await transaction.execute(insert, ['b'])}`),
    );
    transaction.afterCommit(() => steps.push('after'));
    await transaction.execute(insert, ['a']);
  });
  expect([await notes(), steps]).toEqual([
    ['a', 'b'],
    ['before 1', 'after'],
  ]);
});

test('a throw leaves nothing, runs no afterCommit, and gives the connection back', async () => {
  let told = false;
  const failing = database.transaction(async (transaction) => {
    transaction.afterCommit(() => (told = true));
    await transaction.execute(insert, ['a']);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect([await notes(), told]).toEqual([[], false]);
});

test('a swallowed SQL error is no silent rollback', async () => {
  const swallowing = database.transaction(async (transaction) => {
    await transaction.execute(insert, ['a']);
    await transaction.query('SELECT 1 / 0').catch(() => 'swallowed');
  });
  await expect(swallowing).rejects.toMatchObject({ code: 'WAYBILL_TRANSACTION_ROLLED_BACK' });
  expect(await notes()).toEqual([]);
});

test('a transaction that outlives its time is cut off, with nothing left of it', async () => {
  const slow = database.transaction(
    async (transaction) => {
      await transaction.execute(insert, ['a']);
      await transaction.query('SELECT pg_sleep(30)');
    },
    { timeoutMs: 50 },
  );
  await expect(slow).rejects.toMatchObject({ code: 'WAYBILL_TRANSACTION_TIMEOUT' });
  expect(await notes()).toEqual([]);
});

test('no connection in time costs no attempt, and the pool is whole afterwards', async () => {
  const free = Promise.withResolvers<void>();
  const holder = database.transaction(() => free.promise);
  const waiting = await database
    .transaction(async () => 1, { maxWaitMs: 20 })
    .catch((error: unknown) => error);
  expect(classifyFailure(waiting)).toBe('infrastructure');
  free.resolve();
  await holder;
  expect(await database.transaction(async () => 'next')).toBe('next');
});

test('a transaction that has ended takes no more statements, so that a late one joins no other', async () => {
  let late: SqlTransaction | undefined;
  const failing = database.transaction(async (transaction) => {
    late = transaction;
    throw new Error('the handler took too long');
  });
  await expect(failing).rejects.toThrow('too long');
  await database.transaction(async (next) => {
    await next.query('SELECT 1');
    await expect(late!.execute(insert, ['late'])).rejects.toThrow('has ended');
  });
  expect(await notes()).toEqual([]);
});

test('a connection that is cut costs no attempt', async () => {
  const proxy = await TcpProxy.to(new URL(throwaway.url));
  const cut = new pg.Pool({ connectionString: proxy.url, max: 1 });
  cut.on('error', () => undefined);
  const failing = pgDatabase(cut).transaction(async (transaction) => {
    await transaction.query('SELECT 1');
    proxy.cut();
    await transaction.query('SELECT 2').catch(() => 'told by a code of the system');
    await transaction.query('SELECT 3'); // told in words alone
  });
  expect(classifyFailure(await failing.catch((error: unknown) => error))).toBe('infrastructure');
  await cut.end();
  await proxy.close();
});

test('a connection whose server takes no writes is not used again: the next leads to the primary', async () => {
  const name = new URL(throwaway.url).pathname.slice(1);
  const primary = new pg.Client(throwaway.url);
  await primary.connect();
  const write = () => database.transaction((transaction) => transaction.execute(insert, ['a']));
  await primary.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const onOldPrimary = await write().catch((error: unknown) => error);
  await primary.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await primary.end();
  expect(onOldPrimary).toMatchObject({ code: '25006' });
  expect(classifyFailure(onOldPrimary)).toBe('infrastructure');
  expect(await write()).toBe(1);
});

test('a statement cut off by its time limit costs an attempt', async () => {
  const cutOff = database.transaction(async (transaction) => {
    await transaction.execute('SET LOCAL statement_timeout = 20');
    await transaction.query('SELECT pg_sleep(5)');
  });
  expect(classifyFailure(await cutOff.catch((error: unknown) => error))).toBe('retryable');
});

test('a statement with a parameter too many is a bug, though its SQLSTATE is of the class of connections', async () => {
  const failure = await database
    .transaction((transaction) => transaction.query('SELECT $1::int', [1, 2]))
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: '08P01' });
  expect(classifyFailure(failure)).toBe('bug');
});
