import type { DefinedContract, JsonSchema } from '@waybill/contracts';
import { schemasOf } from './schemas.ts';

/** A contract as AsyncAPI's components have it. */
export function messageOf(contract: DefinedContract, headers: object): object {
  const { type, version, description, example } = contract;
  return {
    name: type,
    title: `${type} v${version}`,
    summary: description,
    contentType: 'application/json',
    headers,
    payload: withoutIds(schemasOf([contract]).get(`${type}.v${version}`)!),
    examples: [{ payload: example }],
  };
}

/** AsyncAPI's schemas are draft 7, which knows neither this dialect nor URNs that name no document. */
function withoutIds({ $schema: _schema, $id: _id, ...schema }: JsonSchema): object {
  return schema;
}
