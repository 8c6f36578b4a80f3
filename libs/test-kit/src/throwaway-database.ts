import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

export interface ThrowawayDatabase {
  readonly url: string;
  /** Removes it, ending connections that were left open. */
  drop(): Promise<void>;
}

export interface ThrowawaySources {
  /** A `prisma/migrations` folder; applied in order and recorded as Prisma does, so that readiness checks agree. */
  readonly migrations?: URL;
  /** Statements to run after the migrations. */
  readonly sql?: string;
}

/** A database of its own for one test file, on the server of `TEST_POSTGRES_URL` (an administrator's URL). */
export async function throwawayDatabase(sources: ThrowawaySources = {}): Promise<ThrowawayDatabase> {
  const server = serverUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = databaseUrl(server, name);
  if (sources.migrations) await run(url, await migrationsIn(sources.migrations));
  if (sources.sql) await run(url, sources.sql);
  return { url, drop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

function serverUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (!url) throw new Error('TEST_POSTGRES_URL is not set: `npm run servers` starts the servers for tests');
  return url;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Every migration and its record, as one script. */
async function migrationsIn(folder: URL): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const scripts = names.sort().map(async (name) => {
    const script = await readFile(new URL(`${name}/migration.sql`, slashed(folder)), 'utf8');
    return `${script};\n${recordOf(name)}`;
  });
  return [recordTable, ...(await Promise.all(scripts))].join('\n');
}

function slashed(folder: URL): URL {
  return folder.pathname.endsWith('/') ? folder : new URL(`${folder.href}/`);
}

const recordTable = `
  CREATE TABLE _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);`;

function recordOf(name: string): string {
  return `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
    VALUES (gen_random_uuid(), '', now(), '${name}', 1);`;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
