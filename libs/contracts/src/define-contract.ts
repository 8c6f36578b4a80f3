import { UndecodableError, type Contract, type Message } from '@waybill/messaging';
import type { z } from 'zod';
import { personalFieldsOf, personalValues } from './schemas/personal.js';
import { defaultBodyLimits, readJson, writeJson, type BodyLimits } from './read-json.js';

/** A version that is no longer written but still read: messages outlive the code that wrote them. */
export interface EarlierVersion {
  readonly payload: z.ZodType;
  /** To the payload of the next version; pure, and total on whatever its own schema accepts. */
  readonly upcast: (payload: unknown) => unknown;
}

/** A contract that also knows its history and what a message of it looks like. */
export interface DefinedContract<Schema extends z.ZodType = z.ZodType> extends Contract<z.infer<Schema>> {
  readonly version: number;
  readonly description: string;
  readonly payload: Schema;
  /** By version: the first is version 1. */
  readonly earlier: readonly EarlierVersion[];
  readonly example: z.input<Schema>;
  /** Above them a body is neither read nor written. */
  readonly limits: BodyLimits;
}

export function earlier<Old extends z.ZodType, Next extends z.ZodType>(
  payload: Old,
  _next: Next,
  upcast: (payload: z.infer<Old>) => z.input<Next>,
): EarlierVersion {
  return { payload, upcast: upcast as (payload: unknown) => unknown };
}

/**
 * A contract whose payload is JSON checked by a zod schema, on the way out as on the way in. What is written is always the
 * newest version; what is read may be any known one, as its `dataschema` says, and handlers see the newest only.
 */
export function defineContract<Schema extends z.ZodType>(definition: {
  readonly type: string;
  readonly version: number;
  readonly description: string;
  readonly payload: Schema;
  readonly earlier?: readonly EarlierVersion[];
  readonly example: z.input<Schema>;
  readonly limits?: BodyLimits;
}): DefinedContract<Schema> {
  const { type, version, payload, earlier: older = [], limits = defaultBodyLimits } = definition;
  if (older.length !== version - 1)
    throw new TypeError(`${type}: version ${version} needs ${version - 1} earlier ones, not ${older.length}`);
  const contract: DefinedContract<Schema> = {
    ...definition,
    earlier: older,
    limits,
    dataschema: dataschemaOf(type, version),
    decode: (message) => {
      const found = versionOf(type, version, message);
      const steps = older.slice(found - 1);
      const schema = steps[0]?.payload ?? payload;
      const old = read(`${type} v${found}`, schema, message.body, limits);
      return steps.length === 0 ? (old as z.infer<Schema>) : payload.parse(raised(old, steps));
    },
    encode: (value) => writeJson(type, value, (given) => payload.parse(given), limits),
    personal: (message) => personalTexts(contract, message, limits),
  };
  return contract;
}

export const dataschemaOf = (type: string, version: number): string => `urn:waybill:${type}:v${version}`;

/** Which version a message says that it has; an `UndecodableError` when this code cannot know it. */
export function versionOf(type: string, newest: number, { attributes }: Pick<Message, 'attributes'>): number {
  const { dataschema = '' } = attributes;
  const prefix = dataschemaOf(type, 0).slice(0, -1);
  const number = dataschema.startsWith(prefix) ? dataschema.slice(prefix.length) : '';
  if (!/^[1-9]\d{0,5}$/.test(number))
    throw new UndecodableError(`${type}: dataschema "${dataschema.slice(0, 120)}" is not ${prefix}N`);
  if (Number(number) > newest)
    throw new UndecodableError(
      `${type}: version ${number} is newer than ${newest}, the newest this code reads: replay it once newer code runs`,
    );
  return Number(number);
}

/** Also of one that the schema refuses, whatever is wrong with it. */
function personalTexts(contract: DefinedContract, { body }: Message, limits: BodyLimits): string[] {
  if (personalFieldsOf(contract).length === 0) return [];
  try {
    const values = personalValues(contract, readJson(contract.type, body, limits));
    return Object.values(values)
      .flat(Infinity)
      .filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}

const raised = (payload: unknown, steps: readonly EarlierVersion[]): unknown =>
  steps.reduce((value, { upcast }) => upcast(value), payload);

const mostRules = 20;

function read(name: string, schema: z.ZodType, body: Uint8Array, limits: BodyLimits): unknown {
  const result = schema.safeParse(readJson(name, body, limits));
  if (result.success) return result.data;
  const { issues } = result.error;
  const rules = issues
    .slice(0, mostRules)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  const rest = issues.length > mostRules ? `; and ${issues.length - mostRules} more` : '';
  throw new UndecodableError(`${name}: ${rules.join('; ')}${rest}`);
}
