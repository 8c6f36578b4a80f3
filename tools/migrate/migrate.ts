import { join, resolve } from 'node:path';
import { connectOrCreate } from './create-database.ts';
import { deployMigrations } from './deploy-migrations.ts';
import { readMigrations } from './migration.ts';

const apps = resolve(import.meta.dirname, '../../apps');

/** Brings one app's database up to date; answers with the names of what was applied. */
export async function migrate(app: string, url: string): Promise<string[]> {
  const migrations = await readMigrations(join(apps, app));
  const client = await connectOrCreate(url);
  try {
    return await deployMigrations(client, migrations);
  } finally {
    await client.end();
  }
}
