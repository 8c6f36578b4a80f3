import { readdir } from 'node:fs/promises';
import { PostgresError } from '../service-kit.errors.js';
import type { HealthCheck } from '../health/health.js';
import type { PrismaDatabase } from './prisma-database.js';

const undefinedTable = '42P01';

/**
 * Rejects, naming them, while migrations of `folder` (one subfolder each) are not recorded as finished in
 * `_prisma_migrations`. Once they are, it asks no more: a running program's own migrations do not change.
 */
export function migrationsApplied(database: PrismaDatabase, folder: URL): HealthCheck {
  let applied = false;
  return async () => {
    if (applied) return;
    const [shipped, finished] = await Promise.all([migrationsIn(folder), finishedIn(database)]);
    const missing = shipped.filter((name) => !finished.has(name));
    if (missing.length) throw new Error(`not applied: ${missing.join(', ')}`);
    applied = true;
  };
}

async function migrationsIn(folder: URL): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function finishedIn(database: PrismaDatabase): Promise<Set<string>> {
  const rows = await database.query<{ name: string }>(finishedMigrations).catch(noneWithoutTable);
  return new Set(rows.map(({ name }) => name));
}

const finishedMigrations = `
  SELECT migration_name AS name FROM _prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;

function noneWithoutTable(error: unknown): never[] {
  if (error instanceof PostgresError && error.code === undefinedTable) return [];
  throw error;
}
