import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../servers/site.ts';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: {
    readonly summary?: string;
    readonly description?: string;
    readonly runbook_url?: string;
  };
}

export interface RulesFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}

export const prometheusFolder = join(repository, 'observability/prometheus');

/** By name without folder and ending: the tests of a file of rules are in a file of the same name. */
export const rulesFiles: ReadonlyMap<string, RulesFile> = new Map(
  globSync('rules/*.yml', { cwd: prometheusFolder })
    .sort()
    .map((path) => [basename(path, '.yml'), read(path)]),
);

export const alertsOf = ({ groups }: RulesFile): readonly Alert[] => groups.flatMap(({ rules }) => rules);

export const alerts: readonly Alert[] = [...rulesFiles.values()].flatMap(alertsOf);

function read(path: string): RulesFile {
  return parse(readFileSync(join(prometheusFolder, path), 'utf8')) as RulesFile;
}
