import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Generates every Prisma client whose schema has changed since it was last generated. */

const repository = resolve(import.meta.dirname, '../..');
const prisma = join(repository, 'node_modules/prisma/build/index.js');

/** Prisma asks for its schema engine on start, wants to download it, and never uses it to generate. */
const withoutEngine = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' };

for (const schema of globSync('{apps,libs}/*/prisma/schema.prisma', { cwd: repository }))
  await generate(schema);

async function generate(schema: string): Promise<void> {
  const folder = join(repository, schema, '..');
  const text = await readFile(join(repository, schema), 'utf8');
  const stamp = join(folder, outputOf(text), '../schema.sha256');
  const hash = createHash('sha256').update(text).digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === hash) return;
  const options = { cwd: join(folder, '..'), env: withoutEngine };
  await promisify(execFile)(process.execPath, [prisma, 'generate'], options);
  await writeFile(stamp, hash);
}

/** The folder that the client is written to, relative to its schema's; the stamp goes when that goes. */
function outputOf(schema: string): string {
  const [, output] = /^\s*output\s*=\s*"(.+)"/m.exec(schema) ?? [];
  if (!output) throw new Error('a schema.prisma names no output');
  return output;
}
