import { metrics, type Metric } from '@waybill/telemetry';

/** What Prometheus says of each target by itself. */
const ofTargets = ['service', 'instance', 'job'];

/** One metric as it stands on a page. */
export interface Registered {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** Every series that can be asked for, by its name: what is registered, and what Prometheus adds about targets and alerts. */
export function registered(): ReadonlyMap<string, Registered> {
  return new Map([
    ...metrics.flatMap(seriesOf),
    ['up', { metric: 'up', labels: ofTargets }],
    ['ALERTS', { metric: 'ALERTS', labels: ['alertname', 'alertstate', 'severity', ...ofTargets] }],
  ]);
}

function seriesOf(metric: Metric): [string, Registered][] {
  const name = asLabel(metric.name);
  const labels = [...[...metric.attributes, ...(metric.sometimes ?? [])].map(asLabel), ...ofTargets];
  const series = (ending: string, ...more: string[]): [string, Registered] => [
    `${name}${ending}`,
    { metric: metric.name, labels: [...labels, ...more] },
  ];
  if (metric.instrument === 'Histogram') return [series('_bucket', 'le'), series('_sum'), series('_count')];
  return [series(neverFalls.includes(metric.instrument) ? '_total' : '')];
}

const neverFalls: readonly Metric['instrument'][] = ['Counter', 'ObservableCounter'];
const asLabel = (name: string): string => name.replaceAll('.', '_');
