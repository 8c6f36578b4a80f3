import { describe, expect, test } from '@jest/globals';
import { alerts } from './alerts.ts';
import { rows, variables } from './dashboard/dashboard.ts';
import { selectorsOf, type Selector } from './promql.ts';
import { registered } from './registered.ts';
import { unwatched } from './unwatched.ts';

const panels = rows.flatMap((row) => row.panels);
/** Grafana's own function; what it is given is PromQL. */
const selectionOf = (definition: string) => /^label_values\((.*), \w+\)$/.exec(definition)![1]!;

/** Where it stands, and the query. */
const queries: [string, string][] = [
  ...alerts.map(({ alert, expr }): [string, string] => [`alert ${alert}`, expr]),
  ...panels.flatMap(({ title, lines }) =>
    Object.values(lines).map((query): [string, string] => [`panel ${title}`, query]),
  ),
  ...variables.map(({ name, definition }): [string, string] => [`variable ${name}`, selectionOf(definition)]),
];

const series = registered();

/** What there is not: series, or labels of a series. */
function unknownIn({ metric, labels }: Selector): string[] {
  const known = series.get(metric);
  if (!known) return [metric];
  return labels.filter((label) => !known.labels.includes(label)).map((label) => `${metric}{${label}}`);
}

describe('queries of alerts and dashboard', () => {
  test.each(queries)('%s is PromQL and asks only for registered metrics and labels', (_, query) => {
    expect(selectorsOf(query).flatMap(unknownIn)).toEqual([]);
  });

  test('ask for every registered metric, but for those that say why not', () => {
    const used = new Set(
      queries.flatMap(([, query]) => selectorsOf(query)).map(({ metric }) => series.get(metric)?.metric),
    );
    const names = new Set([...series.values()].map(({ metric }) => metric));
    expect([...names].filter((name) => !used.has(name)).sort()).toEqual(Object.keys(unwatched).sort());
  });

  test('legends name labels that are left after grouping', () => {
    const missing = panels.flatMap(({ title, lines }) =>
      Object.entries(lines).flatMap(([legend, query]) => {
        const labels = new Set(selectorsOf(query).flatMap((selector) => selector.labels));
        const named = [...legend.matchAll(/{{(\w+)}}/g)].map(([, label]) => label!);
        return named.filter((label) => !labels.has(label)).map((label) => `${title}: ${label}`);
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe('what checks them', () => {
  test.each(['sum by (', 'rate(up[5m]))', 'up{job="waybill"', '{job="waybill"}'])('refuses %s', (query) => {
    expect(() => selectorsOf(query)).toThrow();
  });

  test('finds a metric and a label that are not registered, also in a grouping', () => {
    expect(selectorsOf('sum by (colour) (rate(up{job="w"}[5m])) / gone').flatMap(unknownIn)).toEqual([
      'up{colour}',
      'gone',
    ]);
  });
});
