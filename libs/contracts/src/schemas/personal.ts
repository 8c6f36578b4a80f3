import type { z } from 'zod';
import type { DefinedContract } from '../define-contract.js';
import { jsonSchemaOf, type JsonSchema } from './json-schema.js';

/** Marks a field as a person's: `x-personal` in its schema, sealed in the audit's chain, redacted wherever it is shown. */
export const personal = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ 'x-personal': true });

const known = new WeakMap<DefinedContract, readonly string[]>();

/** Personal fields of every version: `customerEmail`, or `lines[].note` within an array. */
export function personalFieldsOf(contract: DefinedContract): readonly string[] {
  const found = known.get(contract) ?? fieldsOfVersions(contract);
  known.set(contract, found);
  return found;
}

/** The value without what is personal: `replacement` stands in place of each field that has a value. */
export function redacted(contract: DefinedContract, value: unknown, replacement = 'redacted'): unknown {
  return personalFieldsOf(contract).reduce(
    (rest, path) => replaced(rest, path.split('.'), replacement),
    value,
  );
}

/** What personal fields hold, by their path; all values of one that stands in an array. */
export function personalValues(contract: DefinedContract, value: unknown): Readonly<Record<string, unknown>> {
  const found = personalFieldsOf(contract).map((path) => [path, valuesAt(value, path.split('.'))] as const);
  const present = found.filter(([, values]) => values.length > 0);
  return Object.fromEntries(
    present.map(([path, values]) => [path, path.includes('[]') ? values : values[0]]),
  );
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (value === null || value === undefined) return [];
  if (step === undefined) return [value];
  const field = (value as Record<string, unknown>)[step.replace(/(\[\])+$/, '')];
  const each = Array.isArray(field) ? (field.flat(Infinity) as unknown[]) : [field];
  return each.flatMap((one) => valuesAt(one, rest));
}

const fieldsOfVersions = ({ payload, earlier }: DefinedContract): string[] => {
  const schemas = [...earlier.map((version) => version.payload), payload].map(jsonSchemaOf);
  return [...new Set(schemas.flatMap((schema) => personalIn(schema, '')))];
};

function personalIn(schema: JsonSchema, path: string): string[] {
  if (schema['x-personal']) return [path];
  const { properties = {}, items, anyOf = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, field]) =>
      personalIn(field, path ? `${path}.${name}` : name),
    ),
    ...(items ? personalIn(items, `${path}[]`) : []),
    ...anyOf.flatMap((choice) => personalIn(choice, path)),
  ];
}

function replaced(value: unknown, [step, ...rest]: readonly string[], replacement: string): unknown {
  if (step === undefined) return value === null || value === undefined ? value : replacement;
  if (typeof value !== 'object' || value === null) return value;
  const name = step.replace(/(\[\])+$/, '');
  const field = (value as Record<string, unknown>)[name];
  if (field === undefined || field === null) return value;
  const nested = step.endsWith('[]')
    ? inEach(field, (each) => replaced(each, rest, replacement))
    : replaced(field, rest, replacement);
  return { ...value, [name]: nested };
}

const inEach = (value: unknown, change: (each: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map((each) => inEach(each, change)) : change(value);
