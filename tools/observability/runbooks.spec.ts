import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../servers/servers.ts';
import { repository, serviceNames, startSite } from '../servers/site.ts';
import { parseCommand } from '../waybill/command.ts';
import { alerts } from './alerts.ts';
import { selectorsOf } from './promql.ts';

const folder = 'docs/how-to/runbooks';
const pages = globSync(`${folder}/when-*.md`, { cwd: repository }).sort();
const textOf = (page: string) => readFileSync(join(repository, page), 'utf8');

/** The alerts that a page says it is for. */
const namedBy = (page: string): string[] => {
  const [, names = ''] = /^Alerts?: (.*)$/m.exec(textOf(page)) ?? [];
  return [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
};

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, { labels, annotations }) => {
  test('says how urgent it is, what is wrong, where, and what to do', () => {
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary).toBeTruthy();
    expect(`${annotations.description}${annotations.summary}`.length).toBeGreaterThan(60);
    expect(namedBy(annotations.runbook_url!)).toContain(name);
  });
});

test('no two alerts have one name', () => {
  const names = alerts.map(({ alert }) => alert);
  expect(new Set(names).size).toBe(names.length);
});

test('whoever is absent is missed: every service of ours, and not the provider', () => {
  const { expr } = alerts.find(({ alert }) => alert === 'ServiceAbsent')!;
  expect(selectorsOf(expr)).toHaveLength(serviceNames.length - 1);
  for (const service of serviceNames.filter((name) => name !== 'psp-simulator'))
    expect(expr).toContain(`service="${service}"`);
});

describe.each(pages)('%s', (page) => {
  const text = textOf(page);

  test('is the page of exactly the alerts that it names, and in the index', () => {
    const ofPage = alerts.filter(({ annotations }) => annotations.runbook_url === page);
    expect(ofPage.length).toBeGreaterThan(0);
    expect(namedBy(page).sort()).toEqual(ofPage.map(({ alert }) => alert).sort());
    for (const { alert } of ofPage) expect(textOf(`${folder}/README.md`)).toContain(`\`${alert}\``);
  });

  test('says what it means, who feels it, where to look, what to do and what not, and when it is over', () => {
    const inOrder = ['**Means.**', '**Users feel**', '## Look', '## Do\n', '## Do not', '## Over'];
    const places = inOrder.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test('gives commands that `npm run waybill` takes', () => {
    for (const [, line] of text.matchAll(/npm run waybill -- ([^#`\n]+)/g))
      expect(() => parseCommand(words(line!))).not.toThrow();
  });

  test('takes addresses by the names that `.waybill/env` has', () => {
    const names = new Set(Object.keys(environmentOf(startSite)));
    const used = [...text.matchAll(/"\$(\w+)/g)].map(([, name]) => name!);
    expect(used.filter((name) => !names.has(name) && !name.startsWith('OTEL_'))).toEqual([]);
  });
});

/** As a shell would; quotes are the only thing special. */
const words = (line: string): string[] =>
  [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
