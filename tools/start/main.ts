import { join } from 'node:path';
import { ServerError } from '../servers/servers.errors.ts';
import { MigrateError } from '../migrate/migrate.errors.ts';
import { readSettings } from '../verify/settings.ts';
import { verify } from '../verify/verify.ts';
import { MemoryPeak } from './memory-peak.ts';
import { parseOptions, usage, type StartOptions } from './options.ts';
import { Progress } from './progress.ts';
import { figuresOf, journeyOf, sentences, whatRuns } from './report.ts';
import { shop } from './shopping.ts';
import { Stack } from './stack.ts';

const startedAt = Number(process.env['WAYBILL_STARTED_AT'] ?? Date.now());
const auditMayLagMs = 30_000;

type Environment = Readonly<Record<string, string>>;

const aDayMs = 86_400_000;

/** Runs until Ctrl-C or, with `--once`, until the orders are settled. The exit code. */
async function main(options: StartOptions): Promise<number> {
  // Servers are no children that Node waits for, nor are listeners of signals: without this it would end at any moment
  // in which nothing else is under way, and leave them behind.
  const awake = setInterval(() => undefined, aDayMs);
  const interrupted = onInterrupt();
  const progress = new Progress(startedAt);
  const stack = new Stack(options.site, progress);
  try {
    const environment = await untilInterrupted(stack.start(), interrupted);
    process.stderr.write(whatRuns(environment));
    const right = options.orders === 0 || (await replay(options, environment, progress, interrupted));
    if (options.once) return right ? 0 : 1;
    progress.say('running; Ctrl-C stops everything');
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    return 0;
  } catch (error) {
    if (interrupted.aborted) return 130;
    throw error;
  } finally {
    progress.say('stopping …');
    await stack.stop();
    progress.say('stopped');
    clearInterval(awake);
  }
}

/** True when every order ended as it should, once. */
async function replay(
  { site, orders, rate, json }: StartOptions,
  environment: Environment,
  progress: Progress,
  signal: AbortSignal,
): Promise<boolean> {
  const orderIdsFile = join(site.folder, 'order-ids.txt');
  const memory = new MemoryPeak(site);
  const say = (line: string) => progress.say(line);
  const result = await shop({
    orders,
    ...(rate !== undefined && { rate }),
    orderIdsFile,
    environment,
    say,
    signal,
  });
  const settings = await readSettings(undefined, environment);
  const verdict = await verify(settings, { orderIdsFile, waitMs: auditMayLagMs });
  const figures = figuresOf(result, verdict, startedAt, await memory.stop());
  process.stderr.write(sentences(figures, verdict));
  if (result.sampleOrderId)
    process.stderr.write(await journeyOf(result.sampleOrderId, environment['AUDIT_URL']!));
  if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.stuck === 0 && result.unanswered === 0 && verdict.violations.length === 0;
}

/** Ctrl-C once drains; the launcher then waits for everything to end, however often it is pressed. */
function onInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
  return interrupt.signal;
}

function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interruption = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new ServerError('interrupted'))),
  );
  return Promise.race([work, interruption]);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options) process.exitCode = await main(options);
  else process.stdout.write(usage);
} catch (error) {
  if (!(error instanceof ServerError || error instanceof MigrateError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
