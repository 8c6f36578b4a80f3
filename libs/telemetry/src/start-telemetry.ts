import { metrics, type MeterProvider } from '@opentelemetry/api';
import { carryContext } from './carry-context.js';
import type { Spans } from './export-spans.js';
import { openMetrics } from './open-metrics.js';

/** A collector that does not answer must not keep a process that is done. */
const longestFlushMs = 2_000;

let running: Spans | undefined;

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
  const spans = await startSpans(serviceName, environment, metrics.getMeterProvider());
  const stop = async () => {
    running = undefined;
    await spans.stop();
    await stopMetrics();
  };
  running = { flush: spans.flush, stop };
  return stop;
}

/** For the end of a process: flushes what is buffered, if there is any telemetry, as far as that goes in a moment. */
export async function endTelemetry(): Promise<void> {
  await forAMoment(running?.stop());
}

/** For a process that may be frozen as soon as it has answered: the same, and goes on. */
export async function flushTelemetry(): Promise<void> {
  await forAMoment(running?.flush());
}

async function forAMoment(flushing: Promise<void> | undefined): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, longestFlushMs).unref());
  await Promise.race([flushing?.catch(() => undefined), late]);
}

async function startSpans(
  serviceName: string,
  environment: NodeJS.ProcessEnv,
  meters: MeterProvider,
): Promise<Spans> {
  if (!environment['OTEL_EXPORTER_OTLP_ENDPOINT']) return carryContext();
  // Only now: a service that exports nothing loads no exporter.
  const { exportSpans } = await import('./export-spans.js');
  return exportSpans(serviceName, environment, meters);
}
