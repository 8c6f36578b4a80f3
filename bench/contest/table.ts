import { isReached, type Line, type Part } from './line.ts';

/** One line a figure: name, rate, CPU for each message, ratio to its base, aim, ok or missed. */
export function partsTable(parts: readonly Part[]): string {
  return parts.map(({ title, lines }) => `${[title, heading, ...lines.map(row)].join('\n')}\n`).join('\n');
}

export function partsJson(parts: readonly Part[]): string {
  const judged = parts.map(({ title, lines }) => ({
    title,
    lines: lines.map((line) => ({ ...line, reached: isReached(line) })),
  }));
  return `${JSON.stringify(judged)}\n`;
}

const widths = { name: 48, value: 14, cpu: 10, ratio: 9, aim: 11 };

const heading =
  ''.padEnd(widths.name) +
  'median'.padStart(widths.value) +
  'CPU µs'.padStart(widths.cpu) +
  'ratio'.padStart(widths.ratio) +
  'aim'.padStart(widths.aim);

const row = (line: Line): string =>
  (
    line.name.padEnd(widths.name) +
    `${shown(line.value)} ${line.unit.padEnd(3)}`.padStart(widths.value) +
    (line.cpuMicros?.toFixed(1) ?? '').padStart(widths.cpu) +
    (line.ratio?.toFixed(2) ?? '').padStart(widths.ratio) +
    aimOf(line).padStart(widths.aim) +
    verdictOf(line).padEnd(10) +
    (line.base ? `÷ ${line.base}` : '')
  ).trimEnd();

const shown = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

function aimOf({ aim }: Line): string {
  if (!aim) return '';
  return 'atLeast' in aim ? `≥ ${aim.atLeast.toLocaleString('en')}` : `≤ ${aim.atMost.toLocaleString('en')}`;
}

function verdictOf(line: Line): string {
  const reached = isReached(line);
  if (reached === undefined) return '';
  return reached ? '  ok' : '  missed';
}
