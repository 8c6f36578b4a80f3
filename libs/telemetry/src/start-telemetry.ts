import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { core, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { openMetricsPage } from './metrics-page.js';

/**
 * Starts OpenTelemetry for this process. Spans are exported by OTLP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set;
 * otherwise none is recorded, but the context (`traceparent`) still travels with every message. Metrics are there to be
 * asked for (`metricsPage`). Call it once, before the first span and the first instrument. The answer flushes what is
 * buffered.
 */
export function startTelemetry(serviceName: string, environment: NodeJS.ProcessEnv): () => Promise<void> {
  const exporting = Boolean(environment['OTEL_EXPORTER_OTLP_ENDPOINT']);
  const sdk = new NodeSDK({
    serviceName,
    sampler: exporting ? new tracing.AlwaysOnSampler() : new tracing.AlwaysOffSampler(),
    // The SDK registers a provider only for at least one processor; without a provider no context would travel.
    spanProcessors: [
      exporting ? new tracing.BatchSpanProcessor(new OTLPTraceExporter()) : new tracing.NoopSpanProcessor(),
    ],
    autoDetectResources: false,
    metricReaders: [openMetricsPage()],
    logRecordProcessors: [],
    instrumentations: [],
    textMapPropagator: new core.W3CTraceContextPropagator(),
  });
  sdk.start();
  return () => sdk.shutdown();
}
