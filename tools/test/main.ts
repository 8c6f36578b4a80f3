import { installPackages, testPackages } from '../servers/packages.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { startServers, stopServers } from '../servers/servers.ts';
import { testSite } from '../servers/site.ts';
import { bin, check, conformance, jest, script, type Count, type Stage } from './stage.ts';

const help = `npm test -- [options]

Every check and every level of tests, on real servers of their own, which it starts and stops. The last line is
"N passed, N failed": one for each test, and one for each check that is no test.

  --level NAME,…   only these: checks, unit, int, e2e; the servers then stay up for the next time
`;

/** Specs that kill the test servers. */
const killing = 'killed\\.int\\.spec\\.ts$';

const levels: Record<string, readonly Stage[]> = {
  checks: [
    check(
      'generate, build and types',
      [script('tools/generate/main.ts')],
      [bin('tsc'), '-b'],
      [bin('tsc'), '-p', 'tsconfig.spec.json'],
      [bin('tsc'), '-p', 'tsconfig.tools.json'],
    ),
    check('format', [bin('prettier'), '--check', '--log-level', 'warn', '.']),
    // Nx's command makes the project graph without which the boundary rule says nothing.
    check('lint', [bin('nx'), 'show', 'projects'], [bin('eslint'), '.']),
  ],
  unit: [
    jest(
      'unit tests',
      '--testPathIgnorePatterns',
      '\\.(int|e2e)\\.spec\\.ts$',
      '--testPathIgnorePatterns',
      '/node_modules/',
      '--testPathIgnorePatterns',
      '/dist/',
    ),
  ],
  int: [
    jest(
      'integration tests',
      '--testMatch',
      '**/*.int.spec.ts',
      '--testPathIgnorePatterns',
      killing,
      '--maxWorkers',
      '2',
    ),
    // They take away what the others stand on, so they run alone.
    jest('integration tests that kill servers', '--testPathPatterns', killing, '--runInBand'),
    conformance('conformance of the brokers', '--site', 'test'),
  ],
  e2e: [jest('end-to-end tests', '--testMatch', '**/*.e2e.spec.ts', '--runInBand')],
};

/** End-to-end tests start, kill and stop servers of their own. */
const needServers = ['int'];

process.exitCode = await main(process.argv.slice(2)).catch(serversMissing);

async function main(args: readonly string[]): Promise<number> {
  const chosen = levelsOf(args);
  if (typeof chosen === 'string') {
    console.error(chosen);
    return args.includes('--help') ? 0 : 2;
  }
  try {
    const environment = chosen.some((level) => needServers.includes(level)) ? await prepareServers() : {};
    return await runAll(
      chosen.flatMap((level) => levels[level]!),
      environment,
    );
  } finally {
    if (args.length === 0) await stopServers(testSite);
  }
}

/** What to say instead, when help was asked for or is needed. */
function levelsOf(args: readonly string[]): readonly string[] | string {
  if (args.length === 0) return Object.keys(levels);
  const [option, names = '', ...others] = args;
  if (option !== '--level' || others.length > 0) return help;
  const unknown = names.split(',').filter((level) => !levels[level]);
  return unknown.length === 0 ? names.split(',') : `--level does not know "${unknown.join(',')}"\n\n${help}`;
}

async function prepareServers(): Promise<Record<string, string>> {
  const report = (line: string) => console.error(`  ${line}`);
  await installPackages(report, undefined, testPackages);
  return startServers(testSite, report);
}

/** The sentence says what to do about it; nothing was tested. */
function serversMissing(error: unknown): number {
  if (!(error instanceof ServerError)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  return 1;
}

async function runAll(
  stages: readonly Stage[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const total = { passed: 0, failed: 0 };
  for (const stage of stages) {
    const startedAt = Date.now();
    console.error(`\n── ${stage.name}`);
    const count: Count = await stage.run(environment);
    total.passed += count.passed;
    total.failed += count.failed;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.error(`── ${stage.name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
