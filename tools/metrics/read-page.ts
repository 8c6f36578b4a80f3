export interface Sample {
  /** Of the family, without `_bucket`, `_sum` or `_count`. */
  readonly family: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Page {
  /** By family: `counter`, `gauge` or `histogram`. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

const sampleLine = /^([\w:]+)(?:\{(.*)\})? (\S+)$/;
const label = /([\w:]+)="((?:[^"\\]|\\.)*)"(?:,|$)/g;

/** Reads Prometheus' text format as `/metrics` answers it. */
export function readPage(text: string): Page {
  const lines = text.split('\n').filter(Boolean);
  const typed = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' '));
  const types = new Map(typed.map(([, , family, type]) => [family!, type!]));
  const samples = lines.filter((line) => !line.startsWith('#')).map((line) => sampleOf(line, types));
  return { types, samples };
}

function sampleOf(line: string, types: ReadonlyMap<string, string>): Sample {
  const [, name, labels = '', value] = sampleLine.exec(line) ?? [];
  if (!name) throw new Error(`no sample of Prometheus: ${line}`);
  const pairs = [...labels.matchAll(label)].map(([, key, text]) => [key!, text!] as const);
  return { family: familyOf(name, types), labels: Object.fromEntries(pairs), value: Number(value) };
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return types.get(family) === 'histogram' ? family : name;
}

/** The sum of a family's samples that have these labels; nothing when there is none. */
export function valueOn(
  page: Page,
  family: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels);
  const found = page.samples.filter(
    (sample) => sample.family === family && wanted.every(([key, value]) => sample.labels[key] === value),
  );
  return found.length > 0 ? found.reduce((sum, { value }) => sum + value, 0) : undefined;
}
