import { lstatSync, realpathSync } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Contents } from './contents.ts';
import { neverLoaded } from './never-loaded.ts';
import { productionPackages, type InstalledPackage } from './production-packages.ts';

/** Copies what an image holds from the built repository to a folder, each file at the same place. */
export async function gather(root: string, contents: Contents, target: string): Promise<void> {
  const folders = contents.packages.map((folder) => join(root, folder));
  for (const each of productionPackages(root, folders)) await copyPackage(root, each, target);
  for (const path of contents.files) await copyAll(root, join(root, path), target, isNoTest);
}

const isNoTest = (file: string): boolean => !/\.spec\.ts$|(^|\/)testing\//.test(file);

async function copyPackage(root: string, { name, folder }: InstalledPackage, target: string): Promise<void> {
  if (lstatSync(folder).isSymbolicLink()) await copyLink(folder, join(target, relative(root, folder)));
  const real = realpathSync(folder);
  const isOurs = !relative(root, real).startsWith('node_modules');
  await copyAll(root, real, target, isOurs ? isRun : (file) => !neverLoaded(name, file));
}

/** Of our own packages, JavaScript with its maps: an error names lines of the source. */
const isRun = (file: string): boolean => file === 'package.json' || /^dist\/.*\.js(\.map)?$/.test(file);

async function copyLink(link: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await symlink(await readlink(link), place);
}

async function copyAll(
  root: string,
  path: string,
  target: string,
  isWanted: (file: string) => boolean,
): Promise<void> {
  for (const file of await filesIn(path)) {
    if (!isWanted(relative(path, file))) continue;
    const place = join(target, relative(root, file));
    await mkdir(dirname(place), { recursive: true });
    await copyFile(file, place);
  }
}

/** Without those of packages within, which are packages of their own. A file is itself. */
async function filesIn(path: string): Promise<string[]> {
  if (!lstatSync(path).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const within = entries
    .filter(({ name }) => name !== 'node_modules')
    .map(({ name }) => filesIn(join(path, name)));
  return (await Promise.all(within)).flat();
}
