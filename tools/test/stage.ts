import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** A program of a dependency, or a script of this repository; both run on Node 24. */
export const bin = (name: string): string => join(repository, 'node_modules/.bin', name);
export const script = (path: string): string => join(repository, path);

/** How many things a stage tried, and how many of them failed. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

export interface Stage {
  readonly name: string;
  run(environment: Readonly<Record<string, string>>): Promise<Count>;
}

/** Commands that pass or fail as a whole, one after the other. */
export function check(name: string, ...commands: readonly (readonly [string, ...string[]])[]): Stage {
  return {
    name,
    run: async (environment) => {
      for (const [program, ...args] of commands)
        if ((await execute([program, ...args], environment)) !== 0) return { passed: 0, failed: 1 };
      return { passed: 1, failed: 0 };
    },
  };
}

/** Jest over one level of tests. A level without a single test counts as failed. */
export function jest(name: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async (environment) => {
      const folder = await mkdtemp(join(tmpdir(), 'waybill-jest-'));
      const report = join(folder, 'report.json');
      const command = [bin('jest'), '--json', `--outputFile=${report}`, ...args];
      const code = await execute(command, { ...environment, NODE_OPTIONS: '--experimental-vm-modules' });
      const count = await readReport(report);
      await rm(folder, { recursive: true });
      return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
    },
  };
}

/** Every broker held to every behaviour; what a broker is not made for counts as nothing. */
export function conformance(name: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async (environment) => {
      const folder = await mkdtemp(join(tmpdir(), 'waybill-conformance-'));
      const report = join(folder, 'report.json');
      const command = [script('tools/conformance/main.ts'), '--report', report, ...args] as const;
      const code = await execute(command, environment);
      const text = await readFile(report, 'utf8').catch(() => '[]');
      await rm(folder, { recursive: true });
      const results = JSON.parse(text) as { readonly status: string }[];
      const count = (status: string) => results.filter((result) => result.status === status).length;
      const failed = count('fail');
      return { passed: count('pass'), failed: code !== 0 && failed === 0 ? 1 : failed };
    },
  };
}

/** Suites that could not run are failures too: they hold tests nobody counted. */
async function readReport(file: string): Promise<Count> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (!text) return { passed: 0, failed: 1 };
  const report = JSON.parse(text) as Record<string, number>;
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = report;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: numPassedTests + failed === 0 ? 1 : failed };
}

/** Standard output of the tools goes to standard error, so that the last line of ours stands alone. */
function execute([program, ...args]: readonly string[], environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, PATH: withNode24(), ...environment };
  const child = spawn(process.execPath, [program!, ...args], {
    cwd: repository,
    env,
    stdio: ['ignore', 'ignore', 2],
  });
  return new Promise<number>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  });
}

const withNode24 = () => `${join(repository, 'node_modules/node/bin')}:${process.env['PATH'] ?? ''}`;
