import type { Line, Part } from '../contest/line.ts';
import { median } from '../contest/median.ts';
import type { Results } from '../contest/results.ts';
import { all, modes, off, type Mode } from './modes.ts';
import type { Exported } from './service-rounds.ts';

/** Rates with their aims, CPU beside them, and what became of the spans. */
export const partsOf = (results: Results, exported: readonly Exported[]): Part[] => [
  {
    title: 'whole orders, saturated',
    lines: modes.map(({ name, aim }) => results.line({ name, ...(aim && { base: off.name, aim }) })),
  },
  {
    title: 'CPU of one order in all processes: servers, services and the shopper',
    lines: modes.map((mode) => cpuLine(mode, results)),
  },
  {
    title: 'CPU of one order in the services alone: what telemetry costs, without what servers do meanwhile',
    lines: modes.map((mode) => servicesLine(mode, exported)),
  },
  { title: 'spans', lines: spanLines(exported) },
];

/** The ratio is that of the orders that a core can do: steadier than the rate where the machine has other work. */
function cpuLine({ name, aim }: Mode, results: Results): Line {
  const micros = results.cpuMicros(name);
  const line = { name, value: micros / 1_000, unit: 'ms' } as const;
  return aim ? { ...line, base: off.name, ratio: results.cpuMicros(off.name) / micros } : line;
}

/** By rounds, as rates are compared. */
function servicesLine({ name, aim }: Mode, exported: readonly Exported[]): Line {
  const of = (wanted: string) =>
    exported.filter(({ mode }) => mode.name === wanted).map(({ servicesMs }) => servicesMs);
  const [bases, values] = [of(off.name), of(name)];
  const line = { name, value: median(values), unit: 'ms' } as const;
  if (!aim) return line;
  return { ...line, base: off.name, ratio: median(values.map((value, round) => bases[round]! / value)) };
}

/** What was made and never arrived counts as lost, whether the services know of it or not. */
function spanLines(exported: readonly Exported[]): Line[] {
  const ofAll = exported.filter(({ mode }) => mode === all);
  const perOrder = total(ofAll, 'received') / total(ofAll, 'orders');
  const dropped = total(exported, 'dropped');
  const missing = total(exported, 'processed') - total(exported, 'received');
  const wereCounted = exported.every(({ mode, processed }) => mode.share === undefined || processed > 0);
  return [
    { name: 'received', value: total(exported, 'received'), unit: '' },
    { name: 'of an order, when all are recorded', value: perOrder, unit: '' },
    { name: 'dropped by a full queue', value: wereCounted ? dropped : NaN, unit: '', aim: { atMost: 0 } },
    { name: 'exported and not received', value: wereCounted ? missing : NaN, unit: '', aim: { atMost: 0 } },
  ];
}

const total = (
  exported: readonly Exported[],
  figure: 'received' | 'orders' | 'dropped' | 'processed',
): number => exported.reduce((sum, each) => sum + each[figure], 0);
