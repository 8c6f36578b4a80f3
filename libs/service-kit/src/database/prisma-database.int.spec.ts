import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { classifyFailure, type SqlTransaction } from '@waybill/messaging';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { PrismaClient } from '../testing/generated/prisma/client.js';
import type { PostgresError } from '../service-kit.errors.js';
import { postgresAdapter } from './postgres-adapter.js';
import { prismaDatabase, type PrismaDatabase } from './prisma-database.js';

let throwaway: ThrowawayDatabase;
let client: PrismaClient;
let database: PrismaDatabase;

beforeAll(async () => {
  Logger.overrideLogger(false);
  throwaway = await throwawayDatabase({ migrations: new URL('../../prisma/migrations', import.meta.url) });
  const adapter = postgresAdapter({ url: throwaway.url, poolSize: 3 });
  client = new PrismaClient({ adapter, errorFormat: 'minimal' });
  database = prismaDatabase(client);
});

afterAll(async () => {
  await client.$disconnect();
  await throwaway.drop();
});

const insertNote = 'INSERT INTO notes (id, text) VALUES ($1, $2)';

async function notes(id: number): Promise<number> {
  const rows = await database.query<{ n: bigint }>('SELECT count(*) AS n FROM notes WHERE id = $1', [id]);
  return Number(rows[0]?.n);
}

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('parameters and results', () => {
  const roundTrip = async (type: string, values: readonly unknown[]) => {
    const rows = await database.query<{ x: unknown }>(`SELECT x FROM unnest($1::${type}[]) x`, [values]);
    return rows.map(({ x }) => x);
  };

  test.each([
    ['uuid', ['0190d8a0-0000-7000-8000-000000000001']],
    ['text', ['a"b', 'c,d', '{}', '\\x', '', null]],
    ['bigint', [9_007_199_254_740_993n, -1n]],
    ['int', [1, null]],
    ['bool', [true, false]],
    ['timestamptz', [new Date('2026-11-24T12:00:00.123Z')]],
  ])('%s[] comes back as it went in', async (type, values) => {
    expect(await roundTrip(type, values)).toEqual(values);
  });

  test('bytea[] comes back byte by byte', async () => {
    const bytes = await roundTrip('bytea', [Buffer.from([0, 255, 92]), new Uint8Array([1])]);
    expect(bytes).toEqual([new Uint8Array([0, 255, 92]), new Uint8Array([1])]);
  });

  test('jsonb[] goes in as text and comes back parsed', async () => {
    const values = [{ a: '"x' }, [1, [2]], 'text', null];
    expect(
      await roundTrip(
        'jsonb',
        values.map((value) => JSON.stringify(value)),
      ),
    ).toEqual(values);
  });

  test('a time means the same instant whatever zone the server is in', async () => {
    await database.execute(
      `ALTER DATABASE ${new URL(throwaway.url).pathname.slice(1)} SET timezone = 'Asia/Tokyo'`,
    );
    const other = new PrismaClient({ adapter: postgresAdapter({ url: throwaway.url, poolSize: 1 }) });
    const at = new Date('2026-11-24T12:00:00.000Z');
    const rows = await prismaDatabase(other).query(
      'SELECT $1::timestamptz AS at, extract(epoch FROM $1::timestamptz)::int AS epoch',
      [at],
    );
    await other.$disconnect();
    expect(rows).toEqual([{ at, epoch: at.getTime() / 1000 }]);
  });

  test('execute runs what answers void, and counts changed rows', async () => {
    await database.transaction(async (transaction) => {
      await transaction.execute('SELECT pg_advisory_xact_lock($1)', [1n]);
      expect(
        await transaction.execute('INSERT INTO notes SELECT n, $1 FROM generate_series(900, 902) n', ['x']),
      ).toBe(3);
    });
  });
});

describe('a transaction', () => {
  const prepared = (text: string) =>
    database.transaction(async (transaction) => {
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
    const result = await database.transaction(async (transaction) => {
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
    expect(await notes(1)).toBe(1);
  });

  test('that throws leaves nothing, runs no afterCommit hook, and rethrows the very error', async () => {
    const thrown = new Error('handler');
    let announced = false;
    const work = async (transaction: SqlTransaction) => {
      transaction.afterCommit(() => (announced = true));
      await transaction.execute(insertNote, [2, 'gone']);
      throw thrown;
    };
    expect(await failureOf(database.transaction(work))).toBe(thrown);
    expect([await notes(2), announced]).toEqual([0, false]);
  });

  test('in which a failed statement was swallowed is refused, not silently rolled back', async () => {
    const failure = await failureOf(
      database.transaction(async (transaction) => {
        await transaction.execute(insertNote, [3, 'lost']);
        await transaction.query('SELECT 1 / 0').catch(() => 'swallowed');
      }),
    );
    expect(failure).toMatchObject({ name: 'PostgresError', code: '22012' });
    expect(await notes(3)).toBe(0);
  });
});

describe('failures', () => {
  const raise = (state: string) =>
    database.execute(`DO $$ BEGIN RAISE EXCEPTION 'x' USING errcode = '${state}'; END $$`);

  test.each(['40P01', '40001', '55P03', '57P01', '53300'])(
    '%s keeps its code and is infrastructure',
    async (state) => {
      const failure = await failureOf(raise(state));
      expect(classifyFailure(failure)).toBe('infrastructure');
      expect((failure as Error).cause).toBeInstanceOf(Error);
    },
  );

  test('a violated constraint is named and is a bug', async () => {
    await database.execute(insertNote, [4, 'first']);
    const failure = await failureOf(database.execute(insertNote, [4, 'second']));
    expect(failure).toMatchObject({ code: '23505', constraint: 'notes_pkey' });
    expect(classifyFailure(failure)).toBe('bug');
  });

  test('a constraint that is only checked at COMMIT keeps its code', async () => {
    await database.execute('CREATE TABLE pairs (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const failure = await failureOf(
      database.transaction((transaction) => transaction.execute('INSERT INTO pairs VALUES (1), (1)')),
    );
    expect(failure).toMatchObject({ name: 'PostgresError', code: '23505' });
  });

  test('two transactions that deadlock: one commits, the other is infrastructure with 40P01', async () => {
    await database.execute("INSERT INTO notes VALUES (11, 'a'), (12, 'b')");
    let bothHold = () => {};
    const bothHoldOne = new Promise<void>((resolve) => {
      let holders = 0;
      bothHold = () => void (++holders === 2 && resolve());
    });
    const lockBoth = (first: number, second: number) =>
      database.transaction(async (transaction) => {
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
      database.transaction((transaction) =>
        transaction.query('SELECT pg_terminate_backend(pg_backend_pid())'),
      ),
    );
    const atCommit = await failureOf(
      database.transaction(async (transaction) => {
        const [session] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.query('SELECT pg_terminate_backend($1, 5000)', [session?.pid]);
      }),
    );
    expect([classifyFailure(middle), classifyFailure(atCommit)]).toEqual([
      'infrastructure',
      'infrastructure',
    ]);
    expect(await database.transaction((transaction) => transaction.query('SELECT 1 AS n'))).toEqual([
      { n: 1 },
    ]);
  });

  test('a server that is not there is infrastructure', async () => {
    const away = new PrismaClient({
      adapter: postgresAdapter({ url: 'postgres://nobody@127.0.0.1:1/none' }),
      errorFormat: 'minimal',
    });
    expect(classifyFailure(await failureOf(prismaDatabase(away).query('SELECT 1')))).toBe('infrastructure');
    expect(classifyFailure(await failureOf(prismaDatabase(away).transaction(async () => 1)))).toBe(
      'infrastructure',
    );
  });

  test('no free connection in time is infrastructure', async () => {
    let free = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    const holders = [1, 2, 3].map(() => database.transaction(() => held));
    const failure = await failureOf(database.transaction(async () => 1, { maxWaitMs: 50 }));
    free();
    await Promise.all(holders);
    expect(classifyFailure(failure)).toBe('infrastructure');
  });

  test('a transaction that outlives its timeout costs an attempt, unless it was the database that took the time', async () => {
    let expire = () => {};
    const expired = new Promise<void>((resolve) => (expire = resolve));
    setTimeout(expire, 200);
    const slowHandler = failureOf(database.transaction(() => expired, { timeoutMs: 50 }));
    const slowDatabase = failureOf(
      database.transaction((transaction) => transaction.query('SELECT pg_sleep(0.2)::text'), {
        timeoutMs: 50,
      }),
    );
    expect(classifyFailure(await slowHandler)).toBe('retryable');
    expect(classifyFailure(await slowDatabase)).toBe('infrastructure');
  });
});
