/** Values that are said in words, with the colour of the word. */
export type Words = Readonly<Record<number, readonly [word: string, colour: 'green' | 'yellow' | 'red']>>;

export interface Panel {
  readonly title: string;
  /** What a reader learns from it. */
  readonly about: string;
  /** Grafana's name for it: `s`, `short`, `ops` (a second), `percentunit`, `bytes`. */
  readonly unit: string;
  /** What each line is called, in Grafana's `{{label}}`, and its query. */
  readonly lines: Readonly<Record<string, string>>;
  /** Of 24 columns; default 8. */
  readonly width?: number;
  /** Lines over time, areas upon each other, one large number, or states over time. Default: lines. */
  readonly shape?: 'lines' | 'areas' | 'number' | 'states';
  readonly words?: Words;
  /** From where on a number is red. */
  readonly redFrom?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Where a panel stands. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const types = { lines: 'timeseries', areas: 'timeseries', number: 'stat', states: 'state-timeline' } as const;
const datasource = { type: 'prometheus', uid: 'prometheus' };

export const widthOf = ({ width = 8 }: Panel): number => width;
export const heightOf = ({ shape }: Panel): number => (shape === 'number' ? 4 : 8);

/** As Grafana stores it. */
export function panelJson(panel: Panel, id: number, gridPos: Place): object {
  const { title, about, lines, shape = 'lines' } = panel;
  return {
    id,
    type: types[shape],
    title,
    description: about,
    gridPos,
    datasource,
    targets: Object.entries(lines).map(([legend, query], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr: query,
      legendFormat: legend,
      ...(shape === 'number' && { instant: true }),
    })),
    fieldConfig: { defaults: fieldOf(panel), overrides: [] },
    options: optionsOf(shape),
  };
}

function fieldOf({ unit, shape = 'lines', words, redFrom }: Panel): object {
  return {
    unit,
    min: 0,
    ...(words && { mappings: [{ type: 'value', options: mappingOf(words) }] }),
    ...(redFrom !== undefined && { thresholds: thresholdsFrom(redFrom) }),
    ...(shape === 'lines' && { custom: { lineWidth: 1, fillOpacity: 0, showPoints: 'never' } }),
    ...(shape === 'areas' && {
      custom: {
        lineWidth: 1,
        fillOpacity: 40,
        showPoints: 'never',
        stacking: { mode: 'normal', group: 'A' },
      },
    }),
    ...(shape === 'states' && { custom: { fillOpacity: 70, lineWidth: 0 } }),
  };
}

const mappingOf = (words: Words): object =>
  Object.fromEntries(
    Object.entries(words).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );

const thresholdsFrom = (value: number): object => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    { color: 'red', value },
  ],
});

function optionsOf(shape: NonNullable<Panel['shape']>): object {
  if (shape === 'number')
    return { colorMode: 'background', graphMode: 'none', reduceOptions: { calcs: ['lastNotNull'] } };
  if (shape === 'states') return { showValue: 'auto', mergeValues: true, legend: { showLegend: false } };
  return {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  };
}
