import { describe, expect, test } from '@jest/globals';
import { classifyFailure } from '@waybill/messaging';
import type { PostgresError } from '../service-kit.errors.js';
import { insertNote, NotesDatabase } from '../testing/notes-database.js';
import { PrismaClient } from '../testing/generated/prisma/client.js';
import { postgresAdapter } from './postgres-adapter.js';
import { prismaDatabase } from './prisma-database.js';

const notes = new NotesDatabase();

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('failures', () => {
  const raise = (state: string) =>
    notes.database.execute(`DO $$ BEGIN RAISE EXCEPTION 'x' USING errcode = '${state}'; END $$`);

  test.each(['25006', '40P01', '40001', '55P03', '57P01', '53300'])(
    '%s keeps its code and is infrastructure',
    async (state) => {
      const failure = await failureOf(raise(state));
      expect(classifyFailure(failure)).toBe('infrastructure');
      expect((failure as Error).cause).toBeInstanceOf(Error);
    },
  );

  test('a statement cut off by its time limit, or by a person, costs an attempt: the next may be cut off too', async () => {
    const cutOff = failureOf(
      notes.database.transaction(async (transaction) => {
        await transaction.execute('SET LOCAL statement_timeout = 20');
        await transaction.query('SELECT pg_sleep(5)::text');
      }),
    );
    expect(classifyFailure(await cutOff)).toBe('retryable');
  });

  test('a statement that lacks a parameter is a bug, though its SQLSTATE is of the class of connections', async () => {
    const failure = await failureOf(notes.database.query('SELECT $1::int AS n', []));
    expect(failure).toMatchObject({ code: '08P01' });
    expect(classifyFailure(failure)).toBe('bug');
  });

  test('a connection whose server takes no writes is not used again: the next leads to the primary', async () => {
    const name = new URL(notes.throwaway.url).pathname.slice(1);
    const one = new PrismaClient({ adapter: postgresAdapter({ url: notes.throwaway.url, poolSize: 1 }) });
    const write = () =>
      failureOf(
        prismaDatabase(one).transaction((transaction) => transaction.execute(insertNote, [21, 'after'])),
      );
    await notes.database.execute(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const onOldPrimary = await write();
    await notes.database.execute(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    const onNewPrimary = await write();
    await one.$disconnect();
    expect(onOldPrimary).toMatchObject({ code: '25006' });
    expect(onNewPrimary).toBeUndefined();
    expect(await notes.count(21)).toBe(1);
  });

  test('a violated constraint is named and is a bug', async () => {
    await notes.database.execute(insertNote, [4, 'first']);
    const failure = await failureOf(notes.database.execute(insertNote, [4, 'second']));
    expect(failure).toMatchObject({ code: '23505', constraint: 'notes_pkey' });
    expect(classifyFailure(failure)).toBe('bug');
  });

  test('a constraint that is only checked at COMMIT keeps its code', async () => {
    await notes.database.execute('CREATE TABLE pairs (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const failure = await failureOf(
      notes.database.transaction((transaction) => transaction.execute('INSERT INTO pairs VALUES (1), (1)')),
    );
    expect(failure).toMatchObject({ name: 'PostgresError', code: '23505' });
  });

  test('two transactions that deadlock: one commits, the other is infrastructure with 40P01', async () => {
    await notes.database.execute("INSERT INTO notes VALUES (11, 'a'), (12, 'b')");
    let bothHold = () => {};
    const bothHoldOne = new Promise<void>((resolve) => {
      let holders = 0;
      bothHold = () => void (++holders === 2 && resolve());
    });
    const lockBoth = (first: number, second: number) =>
      notes.database.transaction(async (transaction) => {
        await transaction.query('SELECT 1 FROM notes WHERE id = $1 FOR UPDATE', [first]);
        bothHold();
        await bothHoldOne;
        await transaction.query('SELECT 1 FROM notes WHERE id = $1 FOR UPDATE', [second]);
      });
    const failures = await Promise.all([failureOf(lockBoth(11, 12)), failureOf(lockBoth(12, 11))]);
    const [failure, ...others] = failures.filter(Boolean);
    expect(others).toEqual([]);
    expect((failure as PostgresError).code).toBe('40P01');
    expect(classifyFailure(failure)).toBe('infrastructure');
  });

  test('a connection lost in the middle or before COMMIT is infrastructure, and the next transaction works', async () => {
    const middle = await failureOf(
      notes.database.transaction((transaction) =>
        transaction.query('SELECT pg_terminate_backend(pg_backend_pid())'),
      ),
    );
    const atCommit = await failureOf(
      notes.database.transaction(async (transaction) => {
        const [session] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await notes.database.query('SELECT pg_terminate_backend($1, 5000)', [session?.pid]);
      }),
    );
    expect([classifyFailure(middle), classifyFailure(atCommit)]).toEqual([
      'infrastructure',
      'infrastructure',
    ]);
    expect(await notes.database.transaction((transaction) => transaction.query('SELECT 1 AS n'))).toEqual([
      { n: 1 },
    ]);
  });

  const awayAt = (host: string) => {
    const adapter = postgresAdapter({ url: `postgres://nobody@${host}/none` });
    return prismaDatabase(new PrismaClient({ adapter, errorFormat: 'minimal' }));
  };

  test('a server that is not there is infrastructure', async () => {
    const away = awayAt('127.0.0.1:1');
    expect(classifyFailure(await failureOf(away.query('SELECT 1')))).toBe('infrastructure');
    expect(classifyFailure(await failureOf(away.transaction(async () => 1)))).toBe('infrastructure');
  });

  test('a machine to which there is no way is infrastructure, as one that has died', async () => {
    const failure = await failureOf(awayAt('255.255.255.255:5432').query('SELECT 1'));
    expect(failure).toMatchObject({ code: 'ENETUNREACH' });
    expect(classifyFailure(failure)).toBe('infrastructure');
  });

  test('no free connection in time is infrastructure', async () => {
    let free = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    const holders = [1, 2, 3].map(() => notes.database.transaction(() => held));
    const failure = await failureOf(notes.database.transaction(async () => 1, { maxWaitMs: 50 }));
    free();
    await Promise.all(holders);
    expect(classifyFailure(failure)).toBe('infrastructure');
  });

  test('a transaction that outlives its timeout costs an attempt, unless it was the database that took the time', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
    const slowHandler = failureOf(notes.database.transaction(slow, { timeoutMs: 50 }));
    const slowDatabase = failureOf(
      notes.database.transaction((transaction) => transaction.query('SELECT pg_sleep(0.2)::text'), {
        timeoutMs: 50,
      }),
    );
    expect(classifyFailure(await slowHandler)).toBe('retryable');
    expect(classifyFailure(await slowDatabase)).toBe('infrastructure');
  });
});
