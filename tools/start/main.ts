import { join } from 'node:path';
import { MigrateError } from '../migrate/migrate.errors.ts';
import { refuseFullDisk } from '../servers/launch.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { readSettings } from '../verify/settings.ts';
import { verify } from '../verify/verify.ts';
import { claimSite, leaveSite } from './claim-site.ts';
import { MemoryPeak } from './memory-peak.ts';
import { parseOptions, usage, UsageError, type StartOptions } from './options.ts';
import { Progress } from './progress.ts';
import { figuresOf, journeyOf, sentences, whatRuns } from './report.ts';
import { shop } from './shopping.ts';
import { chooseStack } from './choose-stack.ts';
import type { Stack } from './stack.ts';

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
  try {
    const stack = await chooseStack(options, progress, interrupted);
    await refuseFullDisk(options.site);
    await claimSite(options.site);
    return await run(options, stack, progress, interrupted);
  } catch (error) {
    if (interrupted.aborted) return 130;
    throw error;
  } finally {
    clearInterval(awake);
  }
}

async function run(
  options: StartOptions,
  stack: Stack,
  progress: Progress,
  interrupted: AbortSignal,
): Promise<number> {
  try {
    const environment = await stack.start(interrupted);
    process.stderr.write(whatRuns(environment, options.site));
    const replaying = options.orders === 0 || replay(options, { environment, stack }, progress, interrupted);
    const right = await untilInterrupted(replaying, interrupted);
    if (options.once) return right ? 0 : 1;
    progress.say('running; Ctrl-C stops everything');
    await untilInterrupted(new Promise(() => undefined), interrupted).catch(() => undefined);
    return 0;
  } finally {
    progress.say('stopping …');
    await stack.stop();
    await leaveSite(options.site);
    progress.say('stopped');
  }
}

/** True when every order ended as it should, once. */
async function replay(
  { site, orders, rate, activity, json }: StartOptions,
  { environment, stack }: { environment: Environment; stack: Stack },
  progress: Progress,
  signal: AbortSignal,
): Promise<boolean> {
  const orderIdsFile = join(site.folder, 'order-ids.txt');
  const memory = new MemoryPeak(() => stack.memory());
  const say = (line: string) => progress.say(line);
  const result = await shop({
    orders,
    ...(rate !== undefined && { rate }),
    activity,
    orderIdsFile,
    environment,
    say,
    signal,
  });
  const settings = await readSettings(undefined, environment);
  const verdict = await verify(settings, { orderIdsFile, waitMs: auditMayLagMs });
  const figures = figuresOf(result, verdict, startedAt, await memory.stop());
  process.stderr.write(sentences(figures, verdict));
  if (result.sampleOrderId) process.stderr.write(await journeyOf(result.sampleOrderId, environment));
  if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  const wrong =
    figures.stuck + result.unanswered + (result.activity?.doubled ?? 0) + verdict.violations.length;
  return wrong === 0;
}

/**
 * Ctrl-C drains, as do SIGTERM and a terminal that is closed; the launcher then waits for everything to end, however
 * often it is told.
 */
function onInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupt.abort(new ServerError('interrupted')));
  // A closed terminal takes no more lines; that must not keep us from stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return interrupt.signal;
}

/** What it leaves under way ends with the process. */
function untilInterrupted<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  const interruption = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  return Promise.race([work, interruption]);
}

async function exitCodeOf(args: string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options) return await main(options);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof MigrateError || error instanceof UsageError))
      throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exit(await exitCodeOf(process.argv.slice(2)));
