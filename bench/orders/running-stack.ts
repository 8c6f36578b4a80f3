import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const repository = resolve(import.meta.dirname, '../..');
const readyWithinMs = 300_000;

export interface RunningStack {
  orderUrl: string;
  rootPids: number[];
  stop(): Promise<void>;
}

/** Everything that `npm start` runs, without its orders. */
export async function startStack(): Promise<RunningStack> {
  const launcher = spawn(process.execPath, ['tools/start/main.ts', '--native', '--no-orders'], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const orderUrl = process.env['ORDER_URL'] ?? 'http://127.0.0.1:3001';
  await untilReady(orderUrl, launcher);
  return { orderUrl, rootPids: [launcher.pid!, ...(await serverPids())], stop: () => stop(launcher) };
}

async function untilReady(orderUrl: string, launcher: ChildProcess): Promise<void> {
  const untilMs = Date.now() + readyWithinMs;
  while (!(await isReady(orderUrl))) {
    if (launcher.exitCode !== null) throw new Error(`npm start ended with ${launcher.exitCode}`);
    if (Date.now() > untilMs) throw new Error(`${orderUrl} is not ready after ${readyWithinMs / 1000} s`);
    await sleep(200);
  }
}

/** A refused connection is what "not yet" looks like. */
const isReady = (orderUrl: string) =>
  fetch(`${orderUrl}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Servers outlive the command that started them, so that they need not descend from the launcher. */
async function serverPids(): Promise<number[]> {
  const folder = join(repository, '.waybill/run');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const running = files.map(
    async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as { pid: number },
  );
  return (await Promise.all(running)).map(({ pid }) => pid);
}

async function stop(launcher: ChildProcess): Promise<void> {
  if (launcher.exitCode !== null) return;
  launcher.kill('SIGINT');
  await once(launcher, 'exit');
}
