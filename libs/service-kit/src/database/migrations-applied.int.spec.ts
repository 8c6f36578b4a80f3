import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { PrismaClient } from '../testing/generated/prisma/client.js';
import { migrationsApplied } from './migrations-applied.js';
import { postgresAdapter } from './postgres-adapter.js';
import { prismaDatabase } from './prisma-database.js';

const migrations = new URL('../../prisma/migrations', import.meta.url);

describe('migrations are applied', () => {
  let empty: ThrowawayDatabase;
  let migrated: ThrowawayDatabase;
  const clients: PrismaClient[] = [];

  const databaseAt = ({ url }: ThrowawayDatabase) => {
    const client = new PrismaClient({ adapter: postgresAdapter({ url, poolSize: 1 }) });
    clients.push(client);
    return prismaDatabase(client);
  };

  beforeAll(async () => {
    [empty, migrated] = await Promise.all([throwawayDatabase(), throwawayDatabase({ migrations })]);
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.$disconnect()));
    await Promise.all([empty.drop(), migrated.drop()]);
  });

  test('when each has a finished record', async () => {
    await expect(migrationsApplied(databaseAt(migrated), migrations)()).resolves.toBeUndefined();
  });

  test('not in a database that was never migrated', async () => {
    await expect(migrationsApplied(databaseAt(empty), migrations)()).rejects.toThrow(
      'not applied: 20261124000000_initial',
    );
  });

  test('not while one is unfinished, and again once it is', async () => {
    const database = databaseAt(migrated);
    const check = migrationsApplied(database, migrations);
    await database.execute('UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(check()).rejects.toThrow('not applied: 20261124000000_initial');
    await database.execute('UPDATE _prisma_migrations SET finished_at = now()');
    await expect(check()).resolves.toBeUndefined();
  });
});
