import { randomUUID } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { BareApp } from './bare-app.ts';

jest.setTimeout(180_000);

interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly license?: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

let app: BareApp;
let database: ThrowawayDatabase;
let libraries: { readonly folder: string; readonly manifest: Manifest }[];

beforeAll(async () => {
  app = await BareApp.make();
  await app.install(await app.pack());
  const folders = globSync('node_modules/@waybill/*', { cwd: app.folder }).map((path) =>
    join(app.folder, path),
  );
  libraries = await Promise.all(
    folders.map(async (folder) => ({
      folder,
      manifest: JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest,
    })),
  );
  database = await throwawayDatabase();
});
afterAll(async () => {
  await app.remove();
  await database.drop();
});

test('every library is there, says what it is and under which licence, and has a page that shows its use', async () => {
  expect(libraries.length).toBeGreaterThanOrEqual(13);
  for (const { folder, manifest } of libraries) {
    expect(manifest).toMatchObject({ description: expect.any(String), license: 'MIT' });
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toMatch(
      new RegExp(`^# ${manifest.name}\\n[^]*npm install[^]*\`\`\`ts\\n`),
    );
    expect(await readFile(join(folder, 'LICENSE'), 'utf8')).toContain('MIT');
  }
});

test('all that a library exports is in its package, with types, and neither tests nor sources are', () => {
  for (const { folder, manifest } of libraries) {
    for (const { types, default: code } of Object.values(manifest.exports))
      expect([types, code].map((file) => existsSync(join(folder, file!)))).toEqual([true, true]);
    expect(globSync('**/{*.spec.*,.tsbuildinfo,src,testing}', { cwd: folder })).toEqual([]);
  }
});

test('what a library imports is what it depends on: nothing comes by way of the workspace', async () => {
  for (const { folder, manifest } of libraries) {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = new Set<string>();
    for (const file of globSync('dist/**/*.js', { cwd: folder })) {
      const code = await readFile(join(folder, file), 'utf8');
      for (const [, from, alone, lazy] of code.matchAll(imports)) {
        const specifier = (from ?? alone ?? lazy)!;
        if (!specifier.startsWith('.') && !isBuiltin(specifier)) imported.add(packageOf(specifier));
      }
    }
    expect([manifest.name, [...imported].filter((name) => !declared.includes(name))]).toEqual([
      manifest.name,
      [],
    ]);
  }
});

/** The compiler writes each on a line of its own. */
const imports =
  /^(?:import|export) .* from ['"](.+)['"];$|^import ['"](.+)['"];$|\bimport\(['"](.+?)['"]\)/gm;

const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

test('a service outside of this repository compiles against them and handles a message of each broker', async () => {
  const env = { DATABASE_URL: database.url, PARCELS_QUEUE: `parcels-${randomUUID()}` };
  await app.compile();
  await app.node('dist/prepare.js', env);
  app.start('dist/main.js', env);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await eventually(async () => {
      const { rows } = await client.query<{ broker: string }>('SELECT broker FROM parcels ORDER BY broker');
      const handled = rows.map(({ broker }) => broker).join();
      if (handled !== 'kafka,memory,rabbitmq,sqs') throw new Error(`handled: ${handled}\n${app.said}`);
    }, 45_000);
  } finally {
    await client.end();
  }
  expect(await app.stop()).toBe(0);
});
