import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One folder of `prisma/migrations`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** As Prisma computes it: sha-256 of the file, in hex. */
  readonly checksum: string;
}

/** An app's migrations in the order in which they are applied: by name, which begins with a time. */
export async function readMigrations(appFolder: string): Promise<Migration[]> {
  const files = globSync('prisma/migrations/*/migration.sql', { cwd: appFolder }).sort();
  return Promise.all(files.map((file) => readMigration(join(appFolder, file))));
}

async function readMigration(file: string): Promise<Migration> {
  const bytes = await readFile(file);
  return {
    name: basename(dirname(file)),
    sql: bytes.toString('utf8'),
    checksum: createHash('sha256').update(bytes).digest('hex'),
  };
}
