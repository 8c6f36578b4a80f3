import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** What it says when it refuses; nothing when it does not. */
export function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** Gives rules that are in no file yet to `work`, as one. */
export function withRulesFile<T>(
  rules: { readonly groups: readonly object[] },
  work: (path: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-rules-'));
  try {
    const path = join(folder, 'rules.yml');
    writeFileSync(path, stringify(rules));
    return work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
