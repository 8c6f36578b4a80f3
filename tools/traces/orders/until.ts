import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 100;

/** Waits until it is so; an error that names it when that never comes. */
export async function until(withinMs: number, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await pause(lookEveryMs))
    if (Date.now() > end) throw new Error(`never within ${withinMs / 1_000} s: ${what}`);
}
