import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compose } from '../compose/compose.ts';
import { addressesOf, composeSettings } from '../compose/addresses.ts';
import { findEngine } from '../compose/engine.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { build } from '../start/build.ts';
import { Progress } from '../start/progress.ts';
import { apartPorts } from './apart-ports.ts';
import { imageProblems } from './images.ts';
import { composeProblems } from './promises.ts';
import { tryOut } from './try-out.ts';

const help = `npm run compose:test

The whole system as containers, from nothing: healthy, orders settled and judged, traces walked in Jaeger, a broker killed and
RabbitMQ restarted under load, drained, and nothing left. A project and ports of its own, beside whatever runs.
`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write(help);
    return args.includes('--help') ? 0 : 2;
  }
  const progress = new Progress(Date.now());
  const engine = await findEngine();
  if (!engine.found) throw new ServerError(`compose:test needs Docker: ${engine.why}.`);
  const settings = { ...composeSettings({}), ...apartPorts };
  const compose = new Compose('waybill-test', settings);
  const folder = await mkdtemp(join(tmpdir(), 'waybill-compose-'));
  const problems: string[] = [];
  try {
    await compose.remove();
    problems.push(...(await composeProblems(compose)));
    await progress.step('build', () => build());
    await progress.step('images', () => compose.run(['--profile', '*', 'build', '--quiet']));
    problems.push(...(await imageProblems(compose, (line) => progress.say(line))));
    problems.push(...(await tryOut(compose, { addresses: addressesOf(settings), folder, progress })));
  } finally {
    await compose.remove();
    await rm(folder, { recursive: true });
  }
  problems.push(...(await compose.left()).map((what) => `left behind: ${what}`));
  for (const problem of problems) process.stdout.write(`✗ ${problem}\n`);
  process.stdout.write(
    problems.length === 0 ? 'as promised, and nothing left\n' : `${problems.length} problems\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof ServerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
});
