import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { repository } from '../servers/site.ts';
import { contentsOf } from './contents.ts';
import { gather } from './gather.ts';

jest.setTimeout(60_000);

const execute = promisify(execFile);

describe.each(['order', 'notification'])('the image of %s', (app) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-image-'));
    await gather(repository, contentsOf.get(app)!, folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const files = () =>
    globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test('holds all that is loaded at its start: nothing is missing but its settings', async () => {
    const started = execute(process.execPath, [join(folder, 'apps', app, 'dist/main.js')], {
      env: { NODE_OPTIONS: '' },
    });
    await expect(started).rejects.toMatchObject({
      stderr: expect.stringContaining('DATABASE_URL is missing'),
    });
  });

  test('holds what Prisma loads with the first question', () => {
    const [generated] = globSync(`apps/${app}/dist/generated/prisma/internal/class.js`, { cwd: folder });
    const text = readFileSync(join(folder, generated!), 'utf8');
    const asked = [...text.matchAll(/import\("(@prisma\/client\/runtime\/[^"]+)"\)/g)].map(
      ([, name]) => name!,
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !existsSync(join(folder, 'node_modules', name)))).toEqual([]);
  });

  test('adds less than 60 MB to Debian and Node, without tests, types and other databases', () => {
    const held = files();
    expect(held.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toBeLessThan(60);
    expect(held.filter((file) => /\.spec\.|\.d\.ts$|mysql\.|sqlite\./.test(file))).toEqual([]);
  });
});
