import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cpuMsByRole } from '../../tools/processes/cpu-use.ts';
import { pssKiBByRole } from '../../tools/processes/memory-use.ts';
import { familyOf, processTable, type ProcessEntry } from '../../tools/processes/process-table.ts';

const shopper = new URL('../../apps/shopper/dist/main.js', import.meta.url).pathname;

/** The figures of the shopper's result line that are measured here. */
export interface ShopperResult {
  orders: number;
  stuck: number;
  refused: number;
  ordersPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Measured extends ShopperResult {
  /** From the first POST to the last settlement, by role. */
  cpuMs: Map<string, number>;
  pssKiB: Map<string, number>;
}

export interface Load {
  /** All servers and services are these processes or descend from them. */
  rootPids: number[];
  orderUrl: string;
  args: string[];
}

/** Runs the shopper and measures everything around it. Filling the shelves beforehand is not measured. */
export async function measureRun({ rootPids, orderUrl, args }: Load): Promise<Measured> {
  const child = spawn(process.execPath, [shopper, '--json-lines', ...args], {
    env: { ...process.env, ORDER_URL: orderUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const everything = async () => familyOf([...rootPids, child.pid!], await processTable());
  let before: ProcessEntry[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { type: string } & ShopperResult;
    if (event.type === 'stocked') before = await everything();
    if (event.type === 'result') return measured(event, before, await everything());
  }
  throw new Error('the shopper ended without a result');
}

async function measured(
  result: ShopperResult,
  before: ProcessEntry[],
  after: ProcessEntry[],
): Promise<Measured> {
  if (result.stuck > 0) throw new Error(`${result.stuck} orders are stuck; their figures would mean nothing`);
  return { ...result, cpuMs: cpuMsByRole(before, after), pssKiB: await pssKiBByRole(after) };
}
