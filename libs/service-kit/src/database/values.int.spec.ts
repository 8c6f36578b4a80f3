import { describe, expect, test } from '@jest/globals';
import { NotesDatabase } from '../testing/notes-database.js';
import { PrismaClient } from '../testing/generated/prisma/client.js';
import { postgresAdapter } from './postgres-adapter.js';
import { prismaDatabase } from './prisma-database.js';

const notes = new NotesDatabase();

type Query = (text: string, parameters: readonly unknown[]) => Promise<Record<string, unknown>[]>;

describe.each<[string, Query]>([
  ['of a single statement', (text, parameters) => notes.database.query(text, parameters)],
  [
    'within a transaction',
    (text, parameters) => notes.database.transaction((t) => t.query(text, parameters)),
  ],
])('parameters and results %s', (_, query) => {
  const roundTrip = async (type: string, values: readonly unknown[]) =>
    (await query(`SELECT x FROM unnest($1::${type}[]) x`, [values])).map(({ x }) => x);

  test.each([
    ['uuid', ['0190d8a0-0000-7000-8000-000000000001']],
    ['text', ['a"b', 'c,d', '{}', '\\x', '', null]],
    ['bigint', [9_007_199_254_740_993n, -1n]],
    ['int', [1, null]],
    ['bool', [true, false]],
    ['timestamptz', [new Date('2026-11-24T12:00:00.123Z'), null]],
    ['timestamp', [new Date('2026-11-24T12:00:00.123Z'), null]],
    ['date', [new Date('2026-11-24T00:00:00Z')]],
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

  test.each([
    ['bigint', [9_007_199_254_740_993n, -1n]],
    ['text', ['a"b', 'c,d', '{}', '\\x', '', 'null', 'ä\n']],
    ['int', [1, 2]],
    ['timestamptz', [new Date('2026-11-24T12:00:00.123Z')]],
    ['timestamp', [new Date('2026-11-24T12:00:00.123Z')]],
    ['jsonb', [{ a: [1] }, 'text']],
  ])('%s[] comes back whole', async (type, values) => {
    const sent = type === 'jsonb' ? values.map((value) => JSON.stringify(value)) : values;
    expect(await query(`SELECT $1::${type}[] AS x`, [sent])).toEqual([{ x: values }]);
  });

  test('numbers keep their kinds', async () => {
    const text =
      'SELECT 1::int2 AS two, 2::int8 AS eight, 0.5::float8 AS float, true AS yes, NULL::int AS none';
    expect(await query(text, [])).toEqual([{ two: 1, eight: 2n, float: 0.5, yes: true, none: null }]);
  });
});

test('a time means the same instant whatever zone the server is in', async () => {
  await notes.database.execute(
    `ALTER DATABASE ${new URL(notes.throwaway.url).pathname.slice(1)} SET timezone = 'Asia/Tokyo'`,
  );
  const other = new PrismaClient({ adapter: postgresAdapter({ url: notes.throwaway.url, poolSize: 1 }) });
  const at = new Date('2026-11-24T12:00:00.000Z');
  const rows = await prismaDatabase(other).query(
    'SELECT $1::timestamptz AS at, extract(epoch FROM $1::timestamptz)::int AS epoch',
    [at],
  );
  await other.$disconnect();
  expect(rows).toEqual([{ at, epoch: at.getTime() / 1000 }]);
});

test('execute runs what answers void, and counts changed rows', async () => {
  await notes.database.transaction(async (transaction) => {
    await transaction.execute('SELECT pg_advisory_xact_lock($1)', [1n]);
    expect(
      await transaction.execute('INSERT INTO notes SELECT n, $1 FROM generate_series(900, 902) n', ['x']),
    ).toBe(3);
  });
});
