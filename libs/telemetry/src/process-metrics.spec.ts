import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metricsPage } from './metrics-page.js';
import { startTelemetry } from './start-telemetry.js';

let stop: () => Promise<void>;
beforeAll(async () => void (stop = await startTelemetry('process-metrics-test', {})));
afterAll(() => stop());

async function shown(name: string): Promise<number> {
  const lines = (await metricsPage())!.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('a block is in the page that is asked for in the same breath, and only in that one', async () => {
  await shown('nodejs');
  block(600);
  const page = (await metricsPage())!;
  const on = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)![1]);
  const max = on('nodejs_eventloop_delay_max');
  expect(on('waybill_eventloop_longest_turn')).toBeGreaterThan(0.25); // of 0.6 s; others may have the processor, too
  expect(on('waybill_eventloop_longest_turn')).toBeLessThanOrEqual(max + 0.05);
  expect(max).toBeGreaterThan(0.5);
  expect(max).toBeLessThan(3);
  expect(await shown('nodejs_eventloop_delay_max')).toBeLessThan(0.5);
});

test('what the process uses is shown in bytes and seconds', async () => {
  block(50);
  expect(await shown('process_cpu_time_total')).toBeGreaterThan(0.05);
  const memory = await shown('process_memory_usage');
  expect(memory).toBeGreaterThan(20e6);
  expect(await shown('v8js_memory_heap_used')).toBeLessThan(memory);
});
