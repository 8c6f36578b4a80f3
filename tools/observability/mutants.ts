import type { Alert, RulesFile } from './alerts.ts';

export interface Mutant {
  readonly name: string;
  readonly alert: string;
  readonly rules: RulesFile;
}

/** Rules with one fault each, which their tests must notice. */
export function mutantsOf(file: RulesFile): Mutant[] {
  return file.groups.flatMap(({ rules }) =>
    rules.flatMap((alert) =>
      faultsOf(alert).map(([fault, faulty]) => ({
        name: `${alert.alert} ${fault}`,
        alert: alert.alert,
        rules: withFault(file, alert, faulty),
      })),
    ),
  );
}

function faultsOf(alert: Alert): [string, Alert][] {
  const { for: wait, expr, ...rest } = alert;
  const mutants: [string, Alert][] = [['never fires', { ...alert, expr: 'absent(vector(1))' }]];
  if (wait) mutants.push(['does not wait', { ...rest, expr }]);
  for (const [factor, name] of [
    [0.25, 'is four times as nervous'],
    [4, 'is four times as calm'],
  ] as const) {
    const changed = timesFactor(expr, factor);
    if (changed !== expr) mutants.push([name, { ...alert, expr: changed }]);
  }
  return mutants;
}

/** The threshold, which is the last thing an expression is compared with, unless it is 0 or a state. */
function timesFactor(expr: string, factor: number): string {
  return expr.replace(/> (?!0\b(?!\.))([\d.* ]+)/, (_, threshold: string) => `> ${factor} * ${threshold}`);
}

function withFault(file: RulesFile, alert: Alert, faulty: Alert): RulesFile {
  const groups = file.groups.map((group) => ({
    ...group,
    rules: group.rules.map((each) => (each === alert ? faulty : each)),
  }));
  return { groups };
}
