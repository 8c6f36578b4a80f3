import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { alerts, alertsOf, prometheusFolder, rulesFiles } from './alerts.ts';
import { rows } from './dashboard/dashboard.ts';
import { mutantsOf } from './mutants.ts';
import { withVariables } from './promql.ts';
import { promtool, withRulesFile } from './promtool.ts';

interface RuleTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}

const fileOf = (name: string) => join(prometheusFolder, 'tests', `${name}.yml`);

function testsOf(name: string, alert: string): readonly RuleTest[] {
  const { tests } = parse(readFileSync(fileOf(name), 'utf8')) as { readonly tests: readonly RuleTest[] };
  return tests.filter(({ alert_rule_test: [first] }) => first?.alertname === alert);
}

test.each(['prometheus.yml', 'npm-start.yml'])('Prometheus takes %s and every rule in it', (name) => {
  expect(promtool('check', 'config', join(prometheusFolder, name))).toBe('');
  expect(alerts.length).toBeGreaterThan(20);
});

test('Prometheus takes every query of the dashboard', () => {
  const queries = rows.flatMap((row) => row.panels).flatMap(({ lines }) => Object.values(lines));
  const rules = queries.map((query, index) => ({ record: `panel:${index}`, expr: withVariables(query) }));
  const refused = withRulesFile({ groups: [{ name: 'dashboard', rules }] }, (path) =>
    promtool('check', 'rules', path),
  );
  expect(refused).toBe('');
});

describe.each([...rulesFiles])('the alerts in %s.yml', (name, file) => {
  test('fire and do not fire as their tests say', () => {
    expect(promtool('test', 'rules', fileOf(name))).toBe('');
  });

  test.each(alertsOf(file).map(({ alert }) => alert))(
    '%s has a test in which it fires, and one in which not',
    (alert) => {
      const fires = testsOf(name, alert)
        .flatMap((each) => each.alert_rule_test)
        .map(({ exp_alerts }) => exp_alerts.length > 0);
      expect(new Set(fires)).toEqual(new Set([true, false]));
    },
  );

  test.each(mutantsOf(file))('their tests notice when $name', ({ alert, rules }) => {
    const failure = withRulesFile(rules, (path) => {
      const tests = path.replace('rules.yml', 'tests.yml');
      writeFileSync(
        tests,
        stringify({ rule_files: [path], evaluation_interval: '1m', tests: testsOf(name, alert) }),
      );
      return promtool('test', 'rules', tests);
    });
    expect(failure).toContain('FAILED');
  });
});
