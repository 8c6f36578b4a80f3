import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics';

/** The format below, as Prometheus expects it to be named. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Reads when it is asked, and opens no port: services answer on their own. A gauge is only what was observed this time: what
 * has become unknown, or is over, would otherwise be shown for ever as it was.
 */
class PageReader extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  protected override async onShutdown(): Promise<void> {}

  protected override async onForceFlush(): Promise<void> {}
}

let reader: PageReader | undefined;
let reading: Promise<string> | undefined;
/** Which library made an instrument is of no use on a dashboard. */
const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

/** Once per process, since instruments belong to the process. */
export function openMetricsPage(): MetricReader {
  if (reader) throw new Error('telemetry is started once per process');
  reader = new PageReader();
  return reader;
}

export function closeMetricsPage(): void {
  reader = undefined;
}

/**
 * Everything this process measures, in Prometheus' text format; nothing before `startTelemetry`. Rejects when one
 * instrument cannot be read: a page that silently lacks it would look healthy. Whoever asks meanwhile gets the same page,
 * since a gauge's observation is there for one reading.
 */
export async function metricsPage(): Promise<string | undefined> {
  if (!reader) return undefined;
  return (reading ??= read(reader).finally(() => (reading = undefined)));
}

async function read(from: PageReader): Promise<string> {
  const { resourceMetrics, errors } = await from.collect();
  if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be read');
  return `${serializer.serialize(resourceMetrics)}\n`;
}
