import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { metricsPage } from '../metrics-page.js';
import { startTelemetry } from '../start-telemetry.js';
import { sdkMetrics } from './sdk-metrics.js';

let stop: () => Promise<void>;
beforeAll(async () => void (stop = await startTelemetry('sdk-metrics-test', {})));
afterAll(() => stop());

test('the SDK counts what became of spans under the names and attributes that are registered', async () => {
  const processor = new BatchSpanProcessor({
    exporter: new InMemorySpanExporter(),
    maxQueueSize: 2,
    maxExportBatchSize: 2,
    selfObsMeterProvider: metrics.getMeterProvider(),
  });
  const tracer = new NodeTracerProvider({ spanProcessors: [processor] }).getTracer('test');
  for (let made = 0; made < 3; made++) tracer.startSpan('one').end();
  await processor.forceFlush();

  const page = (await metricsPage())!;
  for (const { name, instrument } of Object.values(sdkMetrics)) {
    const shown = name.replaceAll('.', '_') + (instrument === 'Counter' ? '_total' : '');
    expect(page).toMatch(new RegExp(`^${shown}\\{otel_component_type="\\w+",otel_component_name=`, 'm'));
  }
});
