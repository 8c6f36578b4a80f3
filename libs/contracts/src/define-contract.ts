import { UndecodableError, type Contract } from '@waybill/messaging';
import type { z } from 'zod';

/** A contract whose payload is JSON checked by a zod schema, on the way out as on the way in. */
export function defineContract<Schema extends z.ZodType>(definition: {
  readonly type: string;
  readonly version: number;
  readonly payload: Schema;
}): Contract<z.infer<Schema>> & { readonly payload: Schema } {
  const { type, version, payload } = definition;
  return {
    type,
    payload,
    dataschema: `urn:waybill:${type}:v${version}`,
    decode: ({ body }) => read(type, payload, body),
    encode: (value) => Buffer.from(JSON.stringify(payload.parse(value))),
  };
}

function read<Schema extends z.ZodType>(type: string, schema: Schema, body: Uint8Array): z.infer<Schema> {
  const result = schema.safeParse(parseJson(type, body));
  if (result.success) return result.data;
  const rules = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new UndecodableError(`${type}: ${rules.join('; ')}`, { cause: result.error });
}

function parseJson(type: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new UndecodableError(`${type}: body is not JSON in UTF-8`, { cause });
  }
}
