import type { MeterProvider } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LostSpans } from './lost-spans.js';
import { samplerOf } from './sampler-of.js';

/**
 * A pause of the collector of a second at 10,000 spans a second, which is more than any service makes at its full rate; some
 * 20 MiB when it is full. OpenTelemetry's own default is 2,048.
 */
const defaultQueueSize = 16_384;
const batchSize = 1_024;
/** What is made of many messages is linked to each. */
const mostLinks = 1_024;

export interface Spans {
  /** Exports what is buffered. */
  flush(): Promise<void>;
  /** The same, and ends. */
  stop(): Promise<void>;
}

/** Records the spans that are sampled and exports them by OTLP, to where OpenTelemetry's usual variables say. */
export function exportSpans(
  serviceName: string,
  environment: NodeJS.ProcessEnv,
  metrics: MeterProvider,
): Spans {
  const sampler = samplerOf(environment);
  const lost = new LostSpans();
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler,
    spanLimits: { linkCountLimit: mostLinks },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        maxQueueSize: Number(environment['OTEL_BSP_MAX_QUEUE_SIZE'] || defaultQueueSize),
        maxExportBatchSize: Number(environment['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] || batchSize),
        scheduledDelayMillis: Number(environment['OTEL_BSP_SCHEDULE_DELAY'] || 5_000),
        selfObsMeterProvider: lost.countedBy(metrics),
      }),
    ],
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return {
    flush: () => provider.forceFlush(),
    stop: () => provider.shutdown().finally(() => lost.end()),
  };
}
