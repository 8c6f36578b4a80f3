import { readdir, readFile } from 'node:fs/promises';

export interface ProcessEntry {
  pid: number;
  parentPid: number;
  /** A pid can be given again; with its start it names one process. */
  startTicks: number;
  /** User and system time of its own threads; time of children that ended is not counted twice. */
  cpuMs: number;
  commandLine: string;
}

/** USER_HZ, which Linux fixes at 100 for /proc on every platform that Node runs on. */
const tickMs = 10;

/** Everything that runs now. Processes that end while being read are left out. */
export async function processTable(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(pids.map(processEntry));
  return entries.filter((entry) => entry !== undefined);
}

async function processEntry(pid: number): Promise<ProcessEntry | undefined> {
  const [stat, commandLine] = await Promise.all([
    readGone(`/proc/${pid}/stat`),
    readGone(`/proc/${pid}/cmdline`),
  ]);
  if (!stat || commandLine === undefined) return undefined;
  return { ...parseStat(stat), pid, commandLine: commandLine.replaceAll('\0', ' ').trim() };
}

/** proc(5): the name, second, may hold spaces and parentheses; the rest is numbered from after the last one. */
export function parseStat(stat: string): Pick<ProcessEntry, 'parentPid' | 'startTicks' | 'cpuMs'> {
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fromThird[number - 3]);
  return { parentPid: field(4), cpuMs: (field(14) + field(15)) * tickMs, startTicks: field(22) };
}

/** ENOENT before opening and ESRCH after it both say that the process is gone. */
export async function readGone(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ESRCH') return undefined;
    throw cause;
  });
}

/** These processes and all that they started, directly or not. */
export function familyOf(rootPids: number[], table: ProcessEntry[]): ProcessEntry[] {
  const family = new Map(
    table.filter(({ pid }) => rootPids.includes(pid)).map((entry) => [entry.pid, entry]),
  );
  for (let known = 0; known < family.size;) {
    known = family.size;
    for (const entry of table) if (family.has(entry.parentPid)) family.set(entry.pid, entry);
  }
  return [...family.values()];
}
