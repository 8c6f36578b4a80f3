import { roleOf } from './process-role.ts';
import { readGone, type ProcessEntry } from './process-table.ts';

/**
 * Proportional set size in KiB by role: pages that processes share are divided among them, so that the sum is
 * what the machine really holds (Postgres would count its shared buffers once per connection otherwise).
 */
export async function pssKiBByRole(entries: ProcessEntry[]): Promise<Map<string, number>> {
  const byRole = new Map<string, number>();
  for (const { pid, commandLine } of entries) {
    const role = roleOf(commandLine);
    byRole.set(role, (byRole.get(role) ?? 0) + (await pssKiB(pid)));
  }
  return byRole;
}

async function pssKiB(pid: number): Promise<number> {
  const rollup = await readGone(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1] ?? 0);
}
