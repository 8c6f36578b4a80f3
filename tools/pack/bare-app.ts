import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../servers/run.ts';
import { repository } from '../servers/site.ts';
import { filesIn } from './blocks.ts';

/** Peers, and what compiles it: the versions that this repository is tried with. */
const beside = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/swagger',
  'reflect-metadata',
  'rxjs',
  'pg',
  '@types/pg',
  '@types/node',
  'typescript',
];

/** A Nest application in a folder of its own, far from this repository, that has only what is packed. */
export class BareApp {
  readonly folder: string;
  /** By the process that runs. */
  said = '';
  private process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<BareApp> {
    const app = new BareApp(await mkdtemp(join(tmpdir(), 'waybill-bare-')));
    await app.write('package.json', JSON.stringify({ name: 'parcels', private: true, type: 'module' }));
    const page = await readFile(join(repository, 'docs/how-to/lift-out-a-library.md'), 'utf8');
    for (const [path, text] of filesIn(page)) await app.write(path, text);
    for (const [library, text] of await readmeCode()) await app.write(`src/${library}.ts`, text);
    return app;
  }

  /** Every library, packed as it would be published. */
  async pack(): Promise<string[]> {
    await mkdir(join(this.folder, 'vendor'));
    const libraries = globSync('libs/*/package.json', { cwd: repository }).map((file) => dirname(file));
    const workspaces = libraries.flatMap((library) => ['--workspace', library]);
    await npm(repository, ['pack', ...workspaces, '--pack-destination', join(this.folder, 'vendor')]);
    return globSync('vendor/*.tgz', { cwd: this.folder }).sort();
  }

  async install(archives: readonly string[]): Promise<void> {
    const versions = await Promise.all(beside.map(async (name) => `${name}@${await versionOf(name)}`));
    const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await npm(this.folder, ['install', ...quick, ...archives.map((archive) => `./${archive}`), ...versions]);
  }

  async compile(): Promise<void> {
    await this.node('node_modules/typescript/bin/tsc');
  }

  /** Runs a program to its end. */
  node(script: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    return run(process.execPath, [script], {
      cwd: this.folder,
      env: { ...env, NODE_OPTIONS: '' },
    });
  }

  start(script: string, env: Readonly<Record<string, string>>): void {
    const options = { cwd: this.folder, env: { ...process.env, ...env, NODE_OPTIONS: '' } };
    this.process = spawn(process.execPath, [script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  /** The exit code after SIGTERM. */
  async stop(): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    return code;
  }

  async remove(): Promise<void> {
    this.process?.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** What each library's own page shows of its use is compiled too. */
async function readmeCode(): Promise<(readonly [library: string, text: string])[]> {
  const pages = globSync('libs/*/README.md', { cwd: repository });
  return Promise.all(
    pages.map(async (page) => {
      const text = await readFile(join(repository, page), 'utf8');
      return [basename(dirname(page)), /^```ts\n(.*?)^```$/ms.exec(text)?.[1] ?? ''] as const;
    }),
  );
}

/** Said where it runs: inside `npm test` npm's variables speak of this repository. */
function npm(cwd: string, args: readonly string[]): Promise<void> {
  return run('npm', ['--prefix', cwd, ...args], { cwd, env: { NODE_OPTIONS: '' } });
}

async function versionOf(name: string): Promise<string> {
  const file = join(repository, 'node_modules', name, 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
