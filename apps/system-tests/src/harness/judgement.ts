import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../../tools/verify/settings.ts';
import type { Verdict } from '../../../../tools/verify/verdict.ts';
import { verify } from '../../../../tools/verify/verify.ts';
import type { RunningSystem } from './running-system.js';

/** Events of orders that are settled may still be on their way to the audit log. */
const onTheirWayMs = 60_000;

/** What the judge, who asks no service, says of everything that was ever ordered. */
export async function judged({ environment }: RunningSystem, orderIdsFile?: string): Promise<Verdict> {
  const settings = await readSettings(undefined, environment);
  return verify(settings, { waitMs: onTheirWayMs, ...(orderIdsFile && { orderIdsFile }) });
}

/** What the judge says of these orders. */
export async function judgedFor(system: RunningSystem, orderIds: readonly string[]): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-e2e-'));
  const orderIdsFile = join(folder, 'order-ids');
  await writeFile(orderIdsFile, orderIds.join('\n'));
  return judged(system, orderIdsFile).finally(() => rm(folder, { recursive: true }));
}

/** Part of every verdict that finds all promises kept. */
export const sound = { violations: [], lost: 0, doubled: 0, pending: 0 };
