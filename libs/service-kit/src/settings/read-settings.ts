import type { z } from 'zod';
import { SettingsError } from '../service-kit.errors.js';
import { relationProblems } from './relations.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings a service runs with, taken from the environment by their usual names and checked together.
 * An empty variable counts as absent. What connections and authentication need of each other (`relations.ts`) is checked
 * too. Throws one `SettingsError` that names every variable that is wrong and what
 * was expected; values are never repeated in it, since they may hold passwords.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  const present = Object.keys(schema.shape).filter((name) => environment[name]?.trim());
  const given = Object.fromEntries(present.map((name) => [name, environment[name]!]));
  const result = schema.safeParse(given);
  const related = relationProblems(given, Object.keys(schema.shape));
  if (result.success && related.length === 0) return result.data;
  const wrong = result.error?.issues.map((issue) => describe(issue, present)) ?? [];
  throw new SettingsError([...wrong, ...related]);
}

/** For `main.ts`: the settings, or the whole list of problems on stderr and exit code 1, without a stack. */
export function settingsOrExit<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment = process.env,
): z.output<Schema> {
  try {
    return readSettings(schema, environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function describe(issue: z.core.$ZodIssue, present: readonly string[]): string {
  const name = String(issue.path[0] ?? 'settings');
  // A relation between settings (`custom`) may name one that has its default: it is wrong, not missing.
  const absent = issue.path.length === 1 && issue.code !== 'custom' && !present.includes(name);
  return absent ? `${name} is missing: expected ${expected(issue)}` : `${name}: expected ${expected(issue)}`;
}

/** The field's own words (`setting-fields.ts`), else zod's without its prefix. */
function expected(issue: z.core.$ZodIssue): string {
  return issue.message
    .replace(/^Invalid (input|option|\w+): expected /, '')
    .replace(/^Invalid input$/, 'a value');
}
