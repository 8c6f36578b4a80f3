import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { alerts, alertsOf, prometheusFolder, rulesFiles } from './alerts.ts';
import { mutantsOf } from './mutants.ts';
import { promtool, withRulesFile } from './promtool.ts';

interface RuleTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}

const fileOf = (name: string) => join(prometheusFolder, 'tests', `${name}.yml`);

function testsOf(name: string, alert: string): readonly RuleTest[] {
  const { tests } = parse(readFileSync(fileOf(name), 'utf8')) as { readonly tests: readonly RuleTest[] };
  return tests.filter(({ alert_rule_test: [first] }) => first?.alertname === alert);
}

test('Prometheus takes the configuration and every rule in it', () => {
  expect(promtool('check', 'config', join(prometheusFolder, 'prometheus.yml'))).toBe('');
  expect(alerts.length).toBeGreaterThan(20);
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
