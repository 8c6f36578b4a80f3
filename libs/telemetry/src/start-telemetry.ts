import { carryContext } from './carry-context.js';
import { openMetrics } from './open-metrics.js';

/**
 * Starts OpenTelemetry for this process. Spans are exported by OTLP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set;
 * otherwise none is recorded, but the context (`traceparent`) still travels with every message. Metrics are there to be
 * asked for (`metricsPage`). Await it before the first span and the first instrument. The answer flushes what is buffered.
 */
export async function startTelemetry(
  serviceName: string,
  environment: NodeJS.ProcessEnv,
): Promise<() => Promise<void>> {
  const stopMetrics = openMetrics(serviceName);
  const stopSpans = await startSpans(serviceName, environment);
  return async () => {
    await stopSpans();
    await stopMetrics();
  };
}

async function startSpans(serviceName: string, environment: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  if (!environment['OTEL_EXPORTER_OTLP_ENDPOINT']) return carryContext();
  // Only now: the SDK loads every exporter there is, half of a service's start and 40 MiB.
  const { exportSpans } = await import('./export-spans.js');
  return exportSpans(serviceName);
}
