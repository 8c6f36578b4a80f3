import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { endTelemetry, flushTelemetry, startTelemetry } from './start-telemetry.js';

const received = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const traceId = received.split('-')[1];

let stop: () => Promise<void>;
let collector: Server;
const exported: string[] = [];

beforeEach(async () => {
  collector = createServer((request, response) => {
    exported.push(request.url!);
    request.resume();
    response.end();
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  context.disable();
  propagation.disable();
  trace.disable();
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
  exported.length = 0;
  await new Promise((resolve) => collector.close(resolve));
});

/** What a message carries on that is published while another, with this context, is handled. */
function carriedOn(): string | undefined {
  const carrier: { traceparent?: string } = {};
  const parent = propagation.extract(context.active(), { traceparent: received });
  context.with(parent, () =>
    trace.getTracer('test').startActiveSpan('publish', (span) => {
      propagation.inject(context.active(), carrier);
      span.end();
    }),
  );
  return carrier.traceparent;
}

test('without a collector the trace of a message travels on, and nothing is exported', async () => {
  stop = await startTelemetry('telemetry-test', {});
  expect(carriedOn()).toContain(traceId);
  await stop();
  expect(exported).toEqual([]);
});

test('with a collector it travels on, and the spans are exported', async () => {
  const { port } = collector.address() as AddressInfo;
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
  stop = await startTelemetry('telemetry-test', process.env);
  expect(carriedOn()).toContain(traceId);
  await stop();
  expect(exported).toEqual(['/v1/traces']);
});

test('a process that may be frozen exports what it has recorded so far, and goes on', async () => {
  const { port } = collector.address() as AddressInfo;
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
  stop = await startTelemetry('telemetry-test', process.env);
  for (const batches of [1, 2]) {
    carriedOn();
    await flushTelemetry();
    expect(exported).toHaveLength(batches);
  }
  await stop();
});

test('a process that ends waits for a collector that does not answer, but not for long', async () => {
  const silent = createServer((request) => void request.resume());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '2500'; // beyond what is waited
  stop = await startTelemetry('telemetry-test', process.env);
  carriedOn();
  const startedAt = performance.now();
  await endTelemetry();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('a process without telemetry has nothing to wait for', async () => {
  await flushTelemetry();
  await endTelemetry();
  expect(exported).toEqual([]);
});
