import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf, type Compose } from '../compose/compose.ts';
import { memoryOf } from '../compose/memory.ts';
import type { Progress } from '../start/progress.ts';
import { readSettings } from '../verify/settings.ts';
import { sentences } from '../verify/sentences.ts';
import { verify } from '../verify/verify.ts';
import { drainProblems } from './drained.ts';
import { startUpAlone, startUpTogether, type StartUp } from './start-up.ts';
import { traceProblems } from './traces.ts';
import { untilPending } from './pending-orders.ts';

interface Trial {
  readonly addresses: Readonly<Record<string, string>>;
  /** For what the shopper writes. */
  readonly folder: string;
  readonly progress: Progress;
}

const firstOrders = 500;
const ordersUnderFire = 300;
const ordersPerSecond = 40;
/** A fault that meets nothing proves nothing. */
const leastInFlight = 10;
/** Of a service, alone. */
const mostStartUpS = 3;

/** Up, orders, faults under load, and a stop in order. What was not as promised. */
export async function tryOut(compose: Compose, trial: Trial): Promise<string[]> {
  const { progress, folder } = trial;
  await chmod(folder, 0o777); // the shopper is nobody's root
  const startedAt = Date.now();
  await progress.step('up and healthy', () => compose.run(['up', '--detach', '--wait', '--no-build']));
  const healthyS = ((Date.now() - startedAt) / 1000).toFixed(1);
  await progress.step(`${firstOrders} orders`, () => shop(compose, folder, 0, firstOrders));
  const first = await judge(trial, 'orders');
  const memory = await memoryOf(compose);
  const together = await startUpTogether(compose);
  for (const [service, mib] of memory) progress.say(`${service.padEnd(16)} ${mib.toFixed(0)} MiB`);
  const totalMib = [...memory.values()].reduce((sum, mib) => sum + mib, 0);
  const traces = await progress.step('traces of orders', () =>
    traceProblems(trial.addresses, (line) => progress.say(line)),
  );
  await progress.step(`${ordersUnderFire} orders under fire`, () => underFire(compose, trial));
  const second = await judge(trial, 'orders under fire');
  const drained = await progress.step('drained', () => drainProblems(compose));
  const alone = await progress.step('started one by one', () => startUpAlone(compose));
  for (const line of startUpLines(together, alone)) progress.say(line);
  progress.say(`healthy after ${healthyS} s; ${totalMib.toFixed(0)} MiB in all after the first orders`);
  return [...first, ...traces, ...second, ...drained];
}

/** All at once, they share the machine with all that starts beside them. */
const startUpLines = (together: StartUp, alone: StartUp): string[] =>
  [...alone].map(([service, seconds]) => {
    const aim = seconds < mostStartUpS ? '' : ` (aim: less than ${mostStartUpS} s)`;
    const inTheBeginning = `${together.get(service)?.toFixed(1)} s in the beginning, with all others`;
    return `${service.padEnd(16)} listens after ${seconds.toFixed(1)} s${aim}; ${inTheBeginning}`;
  });

const idsFile = (skip: number) => `ids-${skip}.txt`;

/** In a container, as the load profile has it; resolves when all are settled. */
async function shop(
  compose: Compose,
  folder: string,
  skip: number,
  orders: number,
  rate?: number,
): Promise<void> {
  const pace = rate === undefined ? [] : ['--rate', String(rate)];
  const args = [
    '--orders',
    String(orders),
    '--skip',
    String(skip),
    '--order-ids-file',
    `/ids/${idsFile(skip)}`,
  ];
  await compose.run(['run', '--rm', '--no-deps', '--volume', `${folder}:/ids`, 'shopper', ...args, ...pace]);
}

/** One Kafka broker dies and comes back, and RabbitMQ starts again, each while orders are unsettled. */
async function underFire(compose: Compose, trial: Trial): Promise<void> {
  const shopping = shop(compose, trial.folder, firstOrders, ordersUnderFire, ordersPerSecond);
  const firing = fire(compose, trial);
  await Promise.allSettled([shopping, firing]);
  await Promise.all([shopping, firing]);
}

async function fire(compose: Compose, { addresses, progress }: Trial): Promise<void> {
  const inFlight = () => untilPending(leastInFlight, addresses['ORDERS_DATABASE_URL']!);
  progress.say(`kafka-2 dies with ${await inFlight()} orders unsettled`);
  await compose.run(['kill', '--signal', 'SIGKILL', 'kafka-2']);
  progress.say(`RabbitMQ starts again with ${await inFlight()} orders unsettled`);
  await compose.run(['restart', 'rabbitmq']);
  await compose.run(['up', '--detach', '--wait', '--no-deps', '--no-build', 'kafka-2', 'rabbitmq']);
}

/** By tools/verify, which imports none of our apps: each order right, with one mail if it was confirmed. */
async function judge({ addresses, folder, progress }: Trial, what: string): Promise<string[]> {
  const orderIdsFile = join(folder, idsFile(what === 'orders' ? 0 : firstOrders));
  const expected = what === 'orders' ? firstOrders : ordersUnderFire;
  const accepted = linesOf(await readFile(orderIdsFile, 'utf8')).length;
  const verdict = await verify(await readSettings(undefined, addresses), { orderIdsFile, waitMs: 60_000 });
  for (const line of linesOf(sentences(verdict))) progress.say(line);
  return [
    ...(accepted === expected ? [] : [`${accepted} of ${expected} ${what} were accepted`]),
    ...verdict.violations.map((violation) => `${what}: ${JSON.stringify(violation)}`),
  ];
}
