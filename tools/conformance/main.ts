import { ServerError } from '../servers/servers.errors.ts';
import { startServers, stopServers } from '../servers/servers.ts';
import { conformanceSite } from '../servers/site.ts';
import { build } from '../start/build.ts';
import { Progress } from '../start/progress.ts';
import { ConformanceError } from './conformance.errors.ts';
import { parseOptions, usage, type Options } from './options.ts';

const endsWithinMs = 10_000;

const progress = new Progress(Number(process.env['WAYBILL_STARTED_AT'] ?? Date.now()));

/** `npm run conformance`: the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.asked === 'help') return print(usage);
  await build();
  try {
    const { site } = options;
    const environment = await startServers(site, (line) => progress.say(line), {
      isWanted: isWanted(options),
    });
    Object.assign(process.env, environment);
    return await run(options);
  } finally {
    if (options.site === conformanceSite) await stopServers(options.site);
  }
}

/** Only now: what they import was built a moment ago. */
async function run(options: Options): Promise<number> {
  if (options.asked === 'mutants') {
    const { askMutants } = await import('./ask-mutants.ts');
    return askMutants(options);
  }
  const { askBrokers } = await import('./ask-brokers.ts');
  return askBrokers(options, progress);
}

/** The memory broker and its mutants need a database, and no server more. */
function isWanted({ asked, brokers }: Options): (server: string) => boolean {
  const wanted = asked === 'mutants' ? [] : brokers;
  const names = [
    'postgres',
    ...(wanted.includes('kafka') ? ['kafka-1'] : []),
    ...(wanted.includes('sqs') ? ['fauxqs'] : []),
    ...(wanted.includes('rabbitmq') ? ['epmd', 'rabbitmq'] : []),
  ];
  return (server) => names.includes(server);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof ConformanceError) && !(error instanceof ServerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
});

/** Nothing may be open any more; what an adapter forgot to close would keep this process for ever. */
setTimeout(() => {
  process.stderr.write(`still open at the end: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit(1);
}, endsWithinMs).unref();
