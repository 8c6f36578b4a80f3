import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { connectOrCreate } from './create-database.ts';
import { deployMigrations } from './deploy-migrations.ts';
import type { Migration } from './migration.ts';

const admin = process.env['TEST_POSTGRES_URL']!;
let name: string;
let client: Client;

const migration = (id: string, sql: string): Migration => ({ name: id, sql, checksum: id.padEnd(64, '0') });
const first = migration('1_first', 'CREATE TABLE a (n int)');
const second = migration('2_second', 'CREATE TABLE b (n int); INSERT INTO b VALUES (1)');

beforeEach(async () => {
  name = `migrate_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(admin);
  url.pathname = `/${name}`;
  client = await connectOrCreate(url.href);
});

afterEach(async () => {
  await client.end();
  const cleaner = new Client({ connectionString: admin });
  await cleaner.connect();
  await cleaner.query(`DROP DATABASE ${name}`);
  await cleaner.end();
});

describe('deploying migrations', () => {
  test('applies what is new, in order, and records it as Prisma does', async () => {
    expect(await deployMigrations(client, [first])).toEqual(['1_first']);
    expect(await deployMigrations(client, [first, second])).toEqual(['2_second']);
    const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows).toMatchObject([
      { migration_name: '1_first', checksum: first.checksum, applied_steps_count: 1, rolled_back_at: null },
      { migration_name: '2_second', applied_steps_count: 1, logs: null },
    ]);
    expect(rows.every(({ finished_at }) => finished_at instanceof Date)).toBe(true);
  });

  test('leaves nothing of a migration that fails', async () => {
    const broken = migration('1_broken', 'CREATE TABLE c (n int); SELECT * FROM nowhere');
    await expect(deployMigrations(client, [broken])).rejects.toThrow('Migration 1_broken failed');
    const { rows } = await client.query(
      "SELECT to_regclass('c') AS c, count(*)::int AS n FROM _prisma_migrations",
    );
    expect(rows).toEqual([{ c: null, n: 0 }]);
  });

  test('refuses an applied migration that was edited', async () => {
    await deployMigrations(client, [first]);
    await expect(deployMigrations(client, [{ ...first, checksum: 'f'.repeat(64) }])).rejects.toThrow(
      'was edited',
    );
  });

  test('refuses to go on over one that Prisma began and never finished', async () => {
    await deployMigrations(client, []);
    await client.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '1_first')",
    );
    await expect(deployMigrations(client, [first])).rejects.toThrow('never finished');
  });

  test('is done once when two run at the same time', async () => {
    const other = new Client({ connectionString: new URL(`/${name}`, admin).href });
    await other.connect();
    const applied = await Promise.all([deployMigrations(client, [first]), deployMigrations(other, [first])]);
    await other.end();
    expect(applied.flat()).toEqual(['1_first']);
  });
});
