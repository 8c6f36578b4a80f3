import type { JsonSchema } from '@waybill/contracts';

/** What one rule says about one field of a released schema and the same field now; nothing when it is content. */
export type Rule = (before: JsonSchema, now: JsonSchema) => string | undefined;

const list = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');
const lacking = (some: readonly unknown[] = [], others: readonly unknown[] = []) =>
  some.filter((value) => !others.includes(value));

export const keepsFields: Rule = (before, now) => {
  const gone = lacking(Object.keys(before.properties ?? {}), Object.keys(now.properties ?? {}));
  return gone.length > 0 ? `removed ${list(gone)}: code that runs still reads it` : undefined;
};

export const requiresNothingNew: Rule = (before, now) => {
  const more = lacking(now.required, before.required);
  return more.length > 0 ? `newly requires ${list(more)}: messages that exist lack it` : undefined;
};

export const stillRequires: Rule = (before, now) => {
  const less = lacking(before.required, now.required).filter((name) => now.properties?.[name as string]);
  return less.length > 0 ? `no longer requires ${list(less)}: code that runs relies on it` : undefined;
};

export const keepsType: Rule = (before, now) =>
  before.type === now.type ? undefined : `changed type from ${before.type ?? 'any'} to ${now.type ?? 'any'}`;

export const keepsValues: Rule = (before, now) => {
  if (!before.enum && !now.enum) return undefined;
  if (!before.enum) return `narrowed to ${list(now.enum!)}`;
  if (!now.enum) return `widened from ${list(before.enum)}: code that runs refuses others`;
  const [gone, added] = [lacking(before.enum, now.enum), lacking(now.enum, before.enum)];
  if (gone.length > 0) return `narrowed: no longer allows ${list(gone)}`;
  return added.length > 0 ? `widened by ${list(added)}: code that runs refuses it` : undefined;
};

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];

/** A range may move in neither direction: narrower refuses old messages, wider is refused by old code. */
export const keepsRange: Rule = (before, now) => {
  for (const bound of [...lowerBounds, ...upperBounds]) {
    const [was, is] = [before[bound] as number | undefined, now[bound] as number | undefined];
    if (was === is) continue;
    const tighter = lowerBounds.includes(bound)
      ? (is ?? -Infinity) > (was ?? -Infinity)
      : (is ?? Infinity) < (was ?? Infinity);
    return `${tighter ? 'narrowed' : 'widened'} ${bound} from ${was ?? 'none'} to ${is ?? 'none'}`;
  }
  return undefined;
};

export const keepsForm: Rule = (before, now) => {
  const changed = ['format', 'pattern', 'const'].find((keyword) => before[keyword] !== now[keyword]);
  return (
    changed &&
    `changed ${changed} from ${String(before[changed] ?? 'none')} to ${String(now[changed] ?? 'none')}`
  );
};

/** What was personal is sealed by the audit and erased on demand; that may not end silently. */
export const staysPersonal: Rule = (before, now) =>
  before['x-personal'] && !now['x-personal'] ? 'is no longer marked personal' : undefined;

export const rules: readonly Rule[] = [
  keepsFields,
  requiresNothingNew,
  stillRequires,
  keepsType,
  keepsValues,
  keepsRange,
  keepsForm,
  staysPersonal,
];
