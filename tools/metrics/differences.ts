import { metrics, type Metric, type ServiceName } from '@waybill/telemetry';
import type { Page, Sample } from './read-page.ts';

/** What it is called on a page, and of which type. */
const shownAs = ({ name, instrument }: Metric): { readonly family: string; readonly type: string } => {
  const family = name.replaceAll('.', '_');
  if (instrument === 'Histogram') return { family, type: 'histogram' };
  const counts = instrument === 'Counter' || instrument === 'ObservableCounter';
  return counts ? { family: `${family}_total`, type: 'counter' } : { family, type: 'gauge' };
};

const onPage = (attribute: string): string => attribute.replaceAll('.', '_');

/** About the process as a whole, by Prometheus' own convention. */
const besides = ['target_info'];

/** Where a service's page and the registry differ, either way; nothing when they agree. */
export function differences(
  service: ServiceName,
  page: Page,
  registry: readonly Metric[] = metrics,
): string[] {
  const expected = registry.filter(({ shownBy }) => shownBy.includes(service));
  const known = new Map(expected.map((metric) => [shownAs(metric).family, metric]));
  const families = new Set(page.samples.map(({ family }) => family));
  const unknown = [...families].filter((family) => !known.has(family) && !besides.includes(family));
  return [
    ...unknown.map((family) => `${family} is not registered for ${service}`),
    ...expected.flatMap((metric) => differencesOf(metric, page)),
  ].map((difference) => `${service}: ${difference}`);
}

function differencesOf(metric: Metric, { types, samples }: Page): string[] {
  const { family, type } = shownAs(metric);
  const series = samples.filter((sample) => sample.family === family);
  if (series.length === 0) return metric.onlyWhen ? [] : [`${family} is missing`];
  const wrongType = types.get(family) === type ? [] : [`${family} is a ${types.get(family)}, not a ${type}`];
  return [...new Set([...wrongType, ...series.flatMap((sample) => wrongLabels(metric, sample))])];
}

function wrongLabels({ attributes, sometimes = [] }: Metric, { family, labels }: Sample): string[] {
  const [always, allowed] = [attributes.map(onPage), [...attributes, ...sometimes, 'le'].map(onPage)];
  return [
    ...always.filter((name) => !(name in labels)).map((name) => `${family} lacks ${name}`),
    ...Object.keys(labels)
      .filter((name) => !allowed.includes(name))
      .map((name) => `${family} has ${name}, which is not registered`),
  ];
}
