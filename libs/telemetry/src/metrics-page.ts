import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';

/** The format below, as Prometheus expects it to be named. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

let reader: PrometheusExporter | undefined;
/** Which library made an instrument is of no use on a dashboard. */
const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

/** Once per process, since instruments belong to the process. It opens no port: services answer on their own. */
export function openMetricsPage(): PrometheusExporter {
  if (reader) throw new Error('telemetry is started once per process');
  reader = new PrometheusExporter({ preventServerStart: true });
  return reader;
}

/**
 * Everything this process measures, in Prometheus' text format; nothing before `startTelemetry`. Rejects when one
 * instrument cannot be read: a page that silently lacks it would look healthy.
 */
export async function metricsPage(): Promise<string | undefined> {
  if (!reader) return undefined;
  const { resourceMetrics, errors } = await reader.collect();
  if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be read');
  return `${serializer.serialize(resourceMetrics)}\n`;
}
