import { join, resolve } from 'node:path';
import { connectOrCreate } from './create-database.ts';
import { deployMigrations } from './deploy-migrations.ts';
import { MigrateError } from './migrate.errors.ts';
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

const databases = {
  order: 'ORDERS_DATABASE_URL',
  payment: 'PAYMENTS_DATABASE_URL',
  audit: 'AUDIT_DATABASE_URL',
  notification: 'NOTIFICATION_DATABASE_URL',
  'psp-simulator': 'PSP_DATABASE_URL',
};

/** Every app's database, from the variables that name them; answers with what was applied, by app. */
export async function migrateAll(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, string[]>> {
  const entries = Object.entries(databases).map(async ([app, variable]) => {
    const url = environment[variable];
    if (!url) throw new MigrateError(`${variable} is missing: expected the URL of the database of ${app}`);
    return [app, await migrate(app, url)] as const;
  });
  return new Map(await Promise.all(entries));
}
