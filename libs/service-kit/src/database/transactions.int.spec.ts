import { describe, expect, test } from '@jest/globals';
import { classifyFailure, type SqlTransaction } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../testing/generated/prisma/client.js';
import { insertNote, NotesDatabase } from '../testing/notes-database.js';
import { prismaDatabase } from './prisma-database.js';

const notes = new NotesDatabase();

const sessionsWith = async (state: string) => {
  const text = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state = $1`;
  return (await notes.database.query<{ n: number }>(text, [state]))[0]!.n;
};

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('a transaction', () => {
  const prepared = (text: string) =>
    notes.database.transaction(async (transaction) => {
      await transaction.query(text);
      return (
        await transaction.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement = $1',
          [text],
        )
      )[0]!.n;
    });

  test('prepares its statements', async () => {
    expect(await prepared('SELECT id, text FROM notes WHERE id < 0')).toBe(1);
  });

  test('prepares none that a new column would break', async () => {
    expect(await prepared('SELECT * FROM notes WHERE id < 0')).toBe(0);
  });

  test('commits its writes together with those of its beforeCommit hooks, in the order registered', async () => {
    const steps: string[] = [];
    const result = await notes.database.transaction(async (transaction) => {
      transaction.beforeCommit(async () => {
        steps.push('before');
        await transaction.execute(insertNote, [1, 'hook']);
        transaction.beforeCommit(async () => void steps.push('registered by a hook'));
      });
      transaction.afterCommit(() => steps.push('after'));
      steps.push('work');
      return 'result';
    });
    expect([result, ...steps]).toEqual(['result', 'work', 'before', 'registered by a hook', 'after']);
    expect(await notes.count(1)).toBe(1);
  });

  test('that throws leaves nothing, runs no afterCommit hook, and rethrows the very error', async () => {
    const thrown = new Error('handler');
    let announced = false;
    const work = async (transaction: SqlTransaction) => {
      transaction.afterCommit(() => (announced = true));
      await transaction.execute(insertNote, [2, 'gone']);
      throw thrown;
    };
    expect(await failureOf(notes.database.transaction(work))).toBe(thrown);
    expect([await notes.count(2), announced]).toEqual([0, false]);
  });

  test('in which a failed statement was swallowed is refused, not silently rolled back', async () => {
    const failure = await failureOf(
      notes.database.transaction(async (transaction) => {
        await transaction.execute(insertNote, [3, 'lost']);
        await transaction.query('SELECT 1 / 0').catch(() => 'swallowed');
      }),
    );
    expect(failure).toMatchObject({ name: 'PostgresError', code: '22012' });
    expect(await notes.count(3)).toBe(0);
  });

  test('that has outlived its timeout takes no statement more, and costs an attempt', async () => {
    const isOver = async () => (await sessionsWith('idle in transaction')) === 0;
    const failure = await failureOf(
      notes.database.transaction(
        async (transaction) => {
          await transaction.execute(insertNote, [4, 'in time']);
          await eventually(async () => expect(await isOver()).toBe(true));
          await transaction.execute(insertNote, [5, 'too late']);
        },
        { timeoutMs: 100 },
      ),
    );
    expect(classifyFailure(failure)).toBe('retryable');
    expect([await notes.count(4), await notes.count(5)]).toEqual([0, 0]);
  });

  test('keeps its connection while another is opened within it', async () => {
    const failure = await failureOf(
      notes.database.transaction(async (transaction) => {
        await notes.client.$transaction((inner) => inner.$executeRawUnsafe(insertNote, 6, 'stays'));
        await notes.database.transaction((inner) => inner.execute(insertNote, [7, 'stays']));
        await transaction.execute(insertNote, [8, 'gone']);
        throw new Error('handler');
      }),
    );
    expect(failure).toMatchObject({ message: 'handler' });
    expect([await notes.count(6), await notes.count(7), await notes.count(8)]).toEqual([1, 1, 0]);
  });

  test('may stand idle for as long as it may live, and no other for more than a minute', async () => {
    const idleLimit = (timeoutMs: number) =>
      notes.database.transaction(
        async (transaction) => (await transaction.query('SHOW idle_in_transaction_session_timeout'))[0],
        { timeoutMs },
      );
    expect(await idleLimit(305_000)).toEqual({ idle_in_transaction_session_timeout: '305s' });
    expect(await idleLimit(35_000)).toEqual({ idle_in_transaction_session_timeout: '1min' });
  });

  test('of a client with another adapter says what it lacks', async () => {
    const adapter = new PrismaPg({ connectionString: notes.throwaway.url, max: 1 });
    const other = new PrismaClient({ adapter, errorFormat: 'minimal' });
    const failure = await failureOf(prismaDatabase(other).transaction(async () => 1));
    await other.$disconnect();
    expect(failure).toMatchObject({ message: expect.stringContaining("one of postgresAdapter's") });
  });
});
