import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { core, NodeSDK, tracing } from '@opentelemetry/sdk-node';

/** Records every span and exports it by OTLP, to where OpenTelemetry's usual variables say. */
export function exportSpans(serviceName: string): () => Promise<void> {
  const sdk = new NodeSDK({
    serviceName,
    sampler: new tracing.AlwaysOnSampler(),
    spanProcessors: [new tracing.BatchSpanProcessor(new OTLPTraceExporter())],
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    textMapPropagator: new core.W3CTraceContextPropagator(),
  });
  sdk.start();
  return () => sdk.shutdown();
}
