import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { mkdir, readFile, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { userId } from './postgres.ts';
import { findRunning, writeDown } from './running.ts';
import type { Server } from './server.ts';
import { ServerError } from './servers.errors.ts';
import type { Site } from './site.ts';

const startWithinMs = 90_000;
const portFreeWithinMs = 2_000;
const leastFreeBytes = 500_000_000;

/**
 * Starts one server unless it runs already, and resolves when it answers on its port. Rejects soon after the signal,
 * and starts nothing after it: whoever then stops the site stops all of it.
 */
export async function launch(site: Site, server: Server, signal?: AbortSignal): Promise<void> {
  if (!(await findRunning(site, server.name))) {
    await refuseTakenPort(server);
    await refuseFullDisk(site);
    await spawnServer(site, server, signal);
  }
  await waitUntilUp(site, server, signal);
}

/** Starts the process and writes its pid down, without waiting for it to answer. */
export async function spawnServer(site: Site, server: Server, signal?: AbortSignal): Promise<ChildProcess> {
  signal?.throwIfAborted();
  await server.prepare();
  await mkdir(join(site.folder, 'logs'), { recursive: true });
  const identity = server.user && (await userId(server.user));
  signal?.throwIfAborted();
  const log = openSync(logOf(site, server), 'a');
  const child = spawn(server.command, server.args, {
    cwd: site.folder,
    env: { ...process.env, ...server.env },
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C in the terminal reaches only the launcher, which then stops servers in order.
    detached: true,
    ...identity,
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  await Promise.race([failed, new Promise((resolve) => child.once('spawn', resolve))]);
  child.unref();
  await writeDown(site, server.name, child.pid!);
  return child;
}

export async function waitUntilUp(site: Site, server: Server, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  while (!(await answers(server.port))) {
    if (!(await findRunning(site, server.name))) throw await explain(site, server, 'ended while starting');
    if (Date.now() > deadline) throw await explain(site, server, `is not up after ${startWithinMs / 1000} s`);
    await pause(100, undefined, { signal });
  }
}

async function explain(site: Site, server: Server, what: string): Promise<ServerError> {
  const log = logOf(site, server);
  const text = await readFile(log, 'utf8').catch(() => '');
  const lastLines = text.trim().split('\n').slice(-5).join('\n');
  return new ServerError(
    `${server.name} ${what}. Its log: ${log}\n${lastLines}\nIf its data is damaged: npm run clean`,
  );
}

/** One that was killed a moment ago may still hold it: a process is dead before all its threads are. */
export async function refuseTakenPort({ name, port }: Server): Promise<void> {
  const deadline = Date.now() + portFreeWithinMs;
  while (await answers(port)) {
    if (Date.now() > deadline) throw taken(name, port);
    await pause(50);
  }
}

const taken = (name: string, port: number): ServerError =>
  new ServerError(
    `Port ${port}, which ${name} needs, is taken by another program. Stop it (ss -ltnp | grep ${port}) and try again.`,
  );

export async function refuseFullDisk({ folder }: Site): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > leastFreeBytes) return;
  throw new ServerError(
    `Less than ${leastFreeBytes / 1e6} MB are free for ${folder}. Free some room and try again.`,
  );
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

const logOf = ({ folder }: Site, { name }: Server): string => join(folder, 'logs', `${name}.log`);
