import { z } from 'zod';

/** As much of JSON Schema 2020-12 as zod writes for contracts. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly 'x-personal'?: boolean;
  readonly [keyword: string]: unknown;
}

/** What a sender may write: defaults may be left out, and fields that nobody knows yet are passed over. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
}
