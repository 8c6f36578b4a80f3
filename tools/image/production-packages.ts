import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package as it is installed: `folder` may be a link of `node_modules` into `libs/`. */
export interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
}

/**
 * What the packages in `folders`, and those they need, are made of when they run: dependencies, peers that are no
 * option, and optional dependencies (binaries of one platform) that are installed. npm's own `--omit=dev` would keep
 * Prisma's command, TypeScript and React too, as peers that are an option.
 */
export function productionPackages(root: string, folders: readonly string[]): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    found.set(folder, { name: manifest.name, folder });
    for (const { name, required } of needsOf(manifest)) {
      const next = findPackage(name, realpathSync(folder), root);
      if (next) visit(next);
      else if (required) throw new Error(`${relative(root, folder)} needs ${name}, which is not installed`);
    }
  };
  for (const folder of folders) visit(folder);
  return [...found.values()];
}

function needsOf({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: Manifest) {
  const optional = Object.keys(optionalDependencies ?? {});
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  // npm lists optional dependencies among the others too.
  const required = [...Object.keys(dependencies ?? {}), ...peers].filter((name) => !optional.includes(name));
  return [
    ...required.map((name) => ({ name, required: true })),
    ...optional.map((name) => ({ name, required: false })),
  ];
}

/** As Node looks for it: in the nearest `node_modules`. */
function findPackage(name: string, from: string, root: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === root) return undefined;
  }
}
