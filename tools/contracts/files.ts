import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonSchema } from '@waybill/contracts';
import { format } from 'prettier';
import { dashboardJson } from '../observability/dashboard/dashboard.ts';
import { repository } from '../servers/site.ts';
import { asyncApi } from './asyncapi.ts';
import { contractsPage } from './page.ts';
import { schemasOf } from './schemas.ts';
import { settingsPage } from './settings-page.ts';
import { telemetryPage } from './telemetry-page.ts';

const folders = { schemas: 'libs/contracts/schemas', released: 'libs/contracts/released' };

const json = (value: unknown): Promise<string> =>
  format(JSON.stringify(value), { parser: 'json', printWidth: 110 });

/** All that is generated: path in the repository → text. */
export async function generated(): Promise<Map<string, string>> {
  const schemas = await Promise.all(
    [...schemasOf()].map(
      async ([name, schema]) => [`${folders.schemas}/${name}.json`, await json(schema)] as const,
    ),
  );
  return new Map([
    ...schemas,
    ['docs/reference/asyncapi.json', await json(asyncApi())],
    ['docs/reference/contracts.md', await contractsPage()],
    ['docs/reference/configuration.md', await settingsPage()],
    ['docs/reference/telemetry.md', await telemetryPage()],
    ['observability/grafana/dashboards/waybill.json', await dashboardJson()],
  ]);
}

/** Files that differ from what is generated, and schemas of what no longer exists. */
export async function drifted(): Promise<string[]> {
  const files = await generated();
  const texts = await Promise.all([...files.keys()].map(read));
  const different = [...files].filter(([, text], index) => texts[index] !== text).map(([path]) => path);
  return [...different, ...(await leftOver(files))];
}

export async function writeGenerated(): Promise<void> {
  const files = await generated();
  await mkdir(join(repository, folders.schemas), { recursive: true });
  for (const path of await leftOver(files)) await rm(join(repository, path));
  for (const [path, text] of files) await writeFile(join(repository, path), text);
}

/** What the last release promised, by name and version. */
export async function releasedSchemas(): Promise<Map<string, JsonSchema>> {
  const names = await namesIn(folders.released);
  const read = names.map(async (name) => {
    const text = await readFile(join(repository, folders.released, name), 'utf8');
    return [name.replace(/\.json$/, ''), JSON.parse(text) as JsonSchema] as const;
  });
  return new Map(await Promise.all(read));
}

export async function writeRelease(): Promise<void> {
  await mkdir(join(repository, folders.released), { recursive: true });
  for (const [name, schema] of schemasOf())
    await writeFile(join(repository, folders.released, `${name}.json`), await json(schema));
}

async function leftOver(files: ReadonlyMap<string, string>): Promise<string[]> {
  const paths = (await namesIn(folders.schemas)).map((name) => `${folders.schemas}/${name}`);
  return paths.filter((path) => !files.has(path));
}

const namesIn = (folder: string): Promise<string[]> => readdir(join(repository, folder)).catch(() => []);
const read = (path: string): Promise<string> => readFile(join(repository, path), 'utf8').catch(() => '');
