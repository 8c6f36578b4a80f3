import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { migrate } from '../migrate/migrate.ts';
import { repository } from '../servers/site.ts';

/** Every statement that a page tells people to give to `psql`, with the variable that names the database. */
const statements = globSync('docs/how-to/runbooks/when-*.md', { cwd: repository })
  .sort()
  .flatMap((page) =>
    [
      ...readFileSync(join(repository, page), 'utf8').matchAll(/psql "\$(\w+)_DATABASE_URL" -c "([^"]+)"/g),
    ].map(([, database, sql]) => [page.replace(/^.*\//, ''), database!, sql!] as const),
  );

const apps = { ORDERS: 'order', PAYMENTS: 'payment', AUDIT: 'audit' } as const;
const admin = new Client({ connectionString: process.env['TEST_POSTGRES_URL']! });
const clients = new Map<string, Client>();
const names: string[] = [];

beforeAll(async () => {
  await admin.connect();
  for (const [database, app] of Object.entries(apps)) {
    const name = `runbook_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(process.env['TEST_POSTGRES_URL']!);
    url.pathname = `/${name}`;
    await migrate(app, url.href);
    names.push(name);
    const client = new Client({ connectionString: url.href });
    await client.connect();
    clients.set(database, client);
  }
});

afterAll(async () => {
  for (const client of clients.values()) await client.end();
  for (const name of names) await admin.query(`DROP DATABASE ${name}`);
  await admin.end();
});

test.each(statements)('%s: %s can be asked: %s', async (_, database, sql) => {
  await expect(clients.get(database)!.query(`EXPLAIN ${sql}`)).resolves.toBeTruthy();
});

test('there are such statements', () => {
  expect(statements.length).toBeGreaterThan(10);
});
