import { format } from 'prettier';
import { heightOf, panelJson, widthOf, type Panel, type Place, type Row } from './panel.ts';
import { atAGlance, orders } from './orders-rows.ts';
import { services } from './services-row.ts';
import { audit, outbox, outside } from './standing-rows.ts';
import { subscriptions } from './subscriptions-row.ts';

export const rows: readonly Row[] = [atAGlance, orders, subscriptions, outbox, audit, outside, services];

const columns = 24;
const rowHeight = 1;

/** `observability/grafana/dashboards/waybill.json`, as Grafana reads it. */
export function dashboardJson(): Promise<string> {
  const dashboard = {
    uid: 'waybill',
    title: 'Waybill',
    description: 'Written by `npm run contracts` out of tools/observability/dashboard; a test compares them.',
    tags: ['waybill'],
    schemaVersion: 39,
    editable: false,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    timezone: 'browser',
    graphTooltip: 1,
    templating: { list: variables },
    panels: placed(rows),
  };
  return format(JSON.stringify(dashboard), { parser: 'json', printWidth: 110 });
}

const variable = (name: string, label: string, query: string) => ({
  name,
  label,
  type: 'query',
  datasource: { type: 'prometheus', uid: 'prometheus' },
  query: { query, refId: name },
  definition: query,
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.+',
  current: { text: ['All'], value: ['$__all'] },
});

/** Both narrow the rows about subscriptions; the first also the outbox and the services. */
export const variables = [
  variable('service', 'Service', 'label_values(up{job="waybill"}, service)'),
  variable(
    'subscription',
    'Subscription',
    'label_values(waybill_messages_handled_total{service=~"$service"}, messaging_destination_subscription_name)',
  ),
];

/** From the left, and on the next line when one is full. */
function placed(all: readonly Row[]): object[] {
  const panels: object[] = [];
  let top = 0;
  for (const { title, panels: inRow } of all) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y: top, w: columns, h: rowHeight },
      panels: [],
    });
    top += rowHeight;
    for (const line of linesOf(inRow)) {
      for (const [panel, x] of line) panels.push(panelJson(panel, panels.length + 1, placeOf(panel, x, top)));
      top += Math.max(...line.map(([panel]) => heightOf(panel)));
    }
  }
  return panels;
}

const placeOf = (panel: Panel, x: number, y: number): Place => ({
  x,
  y,
  w: widthOf(panel),
  h: heightOf(panel),
});

/** Panels side by side, each with its left edge. */
function linesOf(panels: readonly Panel[]): [Panel, number][][] {
  const lines: [Panel, number][][] = [];
  let left = columns;
  for (const panel of panels) {
    if (left + widthOf(panel) > columns) {
      lines.push([]);
      left = 0;
    }
    lines.at(-1)!.push([panel, left]);
    left += widthOf(panel);
  }
  return lines;
}
