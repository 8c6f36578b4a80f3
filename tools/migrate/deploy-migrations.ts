import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Migration } from './migration.ts';
import { MigrateError } from './migrate.errors.ts';

/** The number under which Prisma's own command takes its lock, so that the two never run side by side. */
const advisoryLock = 72_707_369;

/** Prisma's table, column by column, so that its own commands agree with what is done here. */
const createTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies in order what is not applied yet and answers with the names. A migration and its record are one
 * transaction, so that dying in the middle leaves neither. Refuses when an applied file was edited afterwards, or when
 * a migration that Prisma began never finished.
 */
export async function deployMigrations(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
  try {
    await client.query(createTable);
    const pending = pendingOf(migrations, await appliedIn(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLock]);
  }
}

async function appliedIn(client: Client): Promise<Map<string, Applied>> {
  const { rows } = await client.query<Applied>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function pendingOf(migrations: readonly Migration[], applied: ReadonlyMap<string, Applied>): Migration[] {
  return migrations.filter(({ name, checksum }) => {
    const before = applied.get(name);
    if (!before) return true;
    if (!before.finished_at)
      throw new MigrateError(`Migration ${name} was begun and never finished. See "prisma migrate resolve".`);
    if (before.checksum !== checksum)
      throw new MigrateError(
        `Migration ${name} was edited after it was applied. Restore it and add a new one.`,
      );
    return false;
  });
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrateError(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}
