import { roleOf } from './process-role.ts';
import type { ProcessEntry } from './process-table.ts';

/**
 * CPU milliseconds by role between two tables. A process that began in between counts from its start;
 * one that ended in between is left out, because its time is gone with it.
 */
export function cpuMsByRole(before: ProcessEntry[], after: ProcessEntry[]): Map<string, number> {
  const spent = new Map(before.map((entry) => [identityOf(entry), entry.cpuMs]));
  const byRole = new Map<string, number>();
  for (const entry of after) {
    const role = roleOf(entry.commandLine);
    const cpuMs = entry.cpuMs - (spent.get(identityOf(entry)) ?? 0);
    byRole.set(role, (byRole.get(role) ?? 0) + cpuMs);
  }
  return byRole;
}

const identityOf = ({ pid, startTicks }: ProcessEntry) => `${pid} ${startTicks}`;
