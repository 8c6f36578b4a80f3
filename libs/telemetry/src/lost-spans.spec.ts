import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { eventually } from '@waybill/test-kit';
import { tellLostSpansTo } from './lost-spans.js';
import { metricsPage } from './metrics-page.js';
import { startTelemetry } from './start-telemetry.js';

const queueSize = 20;
const batchSize = 10;

let collector: Server;
let stalled: ServerResponse[];
let stalling: boolean;
let told: { readonly because: string; readonly count: number }[];
const before = { ...process.env };

beforeEach(async () => {
  [stalled, stalling, told] = [[], true, []];
  collector = createServer((request, response) => {
    request.resume();
    if (stalling) stalled.push(response);
    else response.end();
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    OTEL_BSP_MAX_QUEUE_SIZE: String(queueSize),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(batchSize),
    OTEL_BSP_SCHEDULE_DELAY: '10',
  });
  const ignore = () => undefined;
  const warn = (fields: object) => void told.push(fields as (typeof told)[number]);
  tellLostSpansTo({ debug: ignore, log: ignore, error: ignore, warn });
});

afterEach(async () => {
  process.env = before;
  [context, propagation, trace].forEach((api) => api.disable());
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

function endSpans(count: number): void {
  const tracer = trace.getTracer('test');
  for (let n = 0; n < count; n++) tracer.startSpan('span').end();
}

/** By `error.type`; empty where there was none. */
async function processed(): Promise<Record<string, number>> {
  const lines = (await metricsPage())!.split('\n');
  const own = lines.filter((line) => line.startsWith('otel_sdk_processor_span_processed_total{'));
  return Object.fromEntries(
    own.map((line) => [/error_type="([^"]*)"/.exec(line)?.[1] ?? '', Number(line.split(' ').at(-1))]),
  );
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);

test('while the collector stalls every span that is lost is counted by why, and told', async () => {
  const stop = await startTelemetry('lost-spans-test', process.env);
  endSpans(100);
  const dropped = 100 - queueSize - batchSize; // one batch was on its way when the queue began to fill
  expect(await processed()).toEqual({ queue_full: dropped });
  expect(await metricsPage()).toMatch(/^otel_sdk_processor_span_queue_capacity\{.*\} 20$/m);
  await eventually(async () => expect(sum(Object.values(await processed()))).toBe(100), 10_000);
  const { queue_full: full, ...failed } = await processed();
  expect(full).toBe(dropped);
  expect(Object.keys(failed)).not.toContain('');

  expect(told).toEqual([{ msg: 'spans lost', because: 'queue_full', count: dropped }]);
  await stop();
  expect(sum(told.map(({ count }) => count))).toBe(100);
});

test('what fits into the queue outlasts a pause of the collector, and nothing is told', async () => {
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '10000';
  const stop = await startTelemetry('lost-spans-test', process.env);
  endSpans(queueSize);
  await eventually(() => expect(stalled).toHaveLength(1));
  stalling = false;
  stalled.forEach((response) => response.end());
  await eventually(async () => expect(await processed()).toEqual({ '': queueSize }));
  await stop();
  expect(told).toEqual([]);
});
