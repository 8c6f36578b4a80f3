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

/** Works for so long by the thread's own processor time, whoever else has the processor meanwhile. */
function block(ms: number): void {
  const before = process.threadCpuUsage();
  const workedMs = () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  while (workedMs() < ms);
}

/** In seconds. */
const sinceMark = (mark: number) => (performance.now() - mark) / 1_000;

test('a block is in the page that is asked for in the same breath, and only in that one', async () => {
  await shown('nodejs');
  const before = performance.now();
  block(600);
  const took = sinceMark(before);
  const page = (await metricsPage())!;
  const inAll = sinceMark(before);
  const afterwards = performance.now();
  const on = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)![1]);
  const max = on('nodejs_eventloop_delay_max');
  expect(on('waybill_eventloop_longest_turn')).toBeGreaterThan(0.59);
  expect(on('waybill_eventloop_longest_turn')).toBeLessThanOrEqual(max + 0.05);
  expect(max).toBeGreaterThan(took - 0.06); // the timer's 50 ms are not late
  expect(max).toBeLessThanOrEqual(inAll);
  expect(await shown('nodejs_eventloop_delay_max')).toBeLessThanOrEqual(sinceMark(afterwards));
});

test('what the process uses is shown in bytes and seconds', async () => {
  block(50);
  expect(await shown('process_cpu_time_total')).toBeGreaterThan(0.05);
  const memory = await shown('process_memory_usage');
  expect(memory).toBeGreaterThan(20e6);
  expect(await shown('v8js_memory_heap_used')).toBeLessThan(memory);
});
