import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** This process, as another can recognise it: host, process id, and one start of it. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly start: string;
}

export const thisProcess: Owner = { host: hostname(), pid: process.pid, start: randomUUID() };

export const ownerName = ({ host, pid, start }: Owner): string => `${host}/${pid}/${start}`;

/**
 * Whether a process can no longer be running a handler that it began `ageMs` ago and that may take `longestMs`. On this
 * host the process table tells at once, also in a container, where every process is number 1; on another one only time
 * does, since no handler outlives its limit.
 */
export function isDead(name: string, ageMs: number, longestMs: number, self: Owner = thisProcess): boolean {
  if (name === ownerName(self)) return false;
  const [host, pid] = name.split('/');
  if (host === self.host && (Number(pid) === self.pid || !isRunning(Number(pid)))) return true;
  return ageMs > longestMs;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
