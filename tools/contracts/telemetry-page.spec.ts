import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { metrics, spans } from '@waybill/telemetry';
import { repository } from '../servers/site.ts';

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

test('instruments are made from the registry alone, in one place', () => {
  const code = globSync('{apps,libs}/*/src/**/*.ts', { cwd: repository }).filter(
    (path) => !path.endsWith('.spec.ts'),
  );
  const making = /\.create(Counter|UpDownCounter|Histogram|Gauge|Observable\w+)\b/;
  expect(code.filter((path) => making.test(read(path))).toSorted()).toEqual([
    'libs/telemetry/src/instruments.ts',
    'libs/telemetry/src/lost-spans.ts', // overhears what OpenTelemetry's SDK makes
  ]);
});

test('a name stands in the registry once, and says what it is in which unit', () => {
  const names = metrics.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const { name, unit, description } of metrics) {
    expect([name, unit]).toEqual([name, expect.stringMatching(/^(s|By|1|\{[a-z]+\})$/)]);
    expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z][^|]*[^.]$/)]);
  }
});

test('a span’s name stands in the registry once for its kind, and an attribute once for a span', () => {
  const names = spans.map(({ name, kind }) => `${name} ${kind}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const { name, description, groups = [], attributes, sometimes = [] } of spans) {
    expect(name).toMatch(/^[\w{}/ -]+$/);
    expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z][^|]*[^.]$/)]);
    const all = [
      ...attributes,
      ...sometimes,
      ...groups.flatMap((group) => [...group.attributes, ...(group.sometimes ?? [])]),
    ];
    expect([name, all.filter((each, index) => all.indexOf(each) !== index)]).toEqual([name, []]);
  }
});

test('what is there in rare situations only is proved by a test that names it', () => {
  const rare = [...metrics, ...spans].flatMap(({ name, onlyWhen }) =>
    onlyWhen ? [[name, onlyWhen.provedBy] as const] : [],
  );
  const named = ([name, path]: readonly [string, string]) =>
    /Object\.values\(\w+Metrics\)/.test(read(path)) || read(path).includes(name.split(/[. ]/).at(-1)!);
  expect(rare.filter((each) => !named(each))).toEqual([]);
});
