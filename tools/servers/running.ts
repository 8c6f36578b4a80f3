import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from './server.ts';
import { ServerError } from './servers.errors.ts';
import type { Site } from './site.ts';

/** What is written down about a running server, so that another command can find, stop or kill exactly it. */
export interface Running {
  readonly pid: number;
  /** Kernel's start time of the process: a pid used again by somebody else is not ours. */
  readonly startedAt: string;
}

const fileOf = (site: Site, name: string) => join(site.folder, 'run', `${name}.json`);

export async function writeDown(site: Site, name: string, pid: number): Promise<void> {
  await mkdir(join(site.folder, 'run'), { recursive: true });
  const running: Running = { pid, startedAt: startTime(pid) ?? '' };
  await writeFile(fileOf(site, name), JSON.stringify(running));
}

/** The server's pid if it runs, started by us. */
export async function findRunning(site: Site, name: string): Promise<number | undefined> {
  const text = await readFile(fileOf(site, name), 'utf8').catch(() => undefined);
  if (!text) return undefined;
  const { pid, startedAt } = JSON.parse(text) as Running;
  return startTime(pid) === startedAt ? pid : undefined;
}

/** All that runs on the site now. */
export async function runningPids(site: Site): Promise<number[]> {
  const files = await readdir(join(site.folder, 'run')).catch(() => []);
  const pids = await Promise.all(files.map((file) => findRunning(site, basename(file, '.json'))));
  return pids.filter((pid) => pid !== undefined);
}

/** Asks, waits up to 20 s, then kills. Does nothing when it does not run. */
export async function stopServer(site: Site, { name, stopSignal }: Server): Promise<void> {
  await signal(site, name, stopSignal);
  if (!(await hasEnded(site, name, 20_000))) await killServer(site, name);
  await rm(fileOf(site, name), { force: true });
}

/** SIGKILL to the server and all of its own children: what a crash looks like. */
export async function killServer(site: Site, name: string): Promise<void> {
  await signal(site, name, 'SIGKILL');
  if (!(await hasEnded(site, name, 10_000))) throw new ServerError(`${name} does not die.`);
}

/** It keeps its connections and answers nothing, until it is resumed: what an overloaded or frozen machine looks like. */
export const pauseServer = (site: Site, name: string): Promise<void> => signal(site, name, 'SIGSTOP');

export const resumeServer = (site: Site, name: string): Promise<void> => signal(site, name, 'SIGCONT');

/** Servers lead a process group of their own. A stop signal is for the leader; SIGKILL leaves no child behind. */
async function signal(site: Site, name: string, kind: NodeJS.Signals): Promise<void> {
  const pid = await findRunning(site, name);
  if (pid !== undefined) process.kill(kind === 'SIGKILL' ? -pid : pid, kind);
}

async function hasEnded(site: Site, name: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (await findRunning(site, name)) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** Field 22 of /proc/<pid>/stat; nothing for a process that has ended, waited for or not. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
