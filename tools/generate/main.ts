import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Generates every app's Prisma client whose schema has changed since it was last generated. */

const repository = resolve(import.meta.dirname, '../..');
const prisma = join(repository, 'node_modules/prisma/build/index.js');

/** Prisma asks for its schema engine on start, wants to download it, and never uses it to generate. */
const withoutEngine = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' };

for (const schema of globSync('apps/*/prisma/schema.prisma', { cwd: repository })) await generate(schema);

async function generate(schema: string): Promise<void> {
  const app = join(repository, schema, '../..');
  const stamp = join(app, 'src/generated/schema.sha256');
  const hash = createHash('sha256')
    .update(await readFile(join(repository, schema)))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === hash) return;
  await promisify(execFile)(process.execPath, [prisma, 'generate'], { cwd: app, env: withoutEngine });
  await writeFile(stamp, hash);
}
