import {
  contracts,
  dataschemaOf,
  jsonSchemaOf,
  type DefinedContract,
  type JsonSchema,
} from '@waybill/contracts';
import { questionContracts } from './questions.ts';

/** Every version of every contract that the code knows: `order.created.v1` → its JSON Schema. */
export function schemasOf(
  all: readonly DefinedContract[] = [...contracts, ...questionContracts],
): ReadonlyMap<string, JsonSchema> {
  return new Map(all.flatMap(versionsOf));
}

function versionsOf({ type, version, description, payload, earlier, example }: DefinedContract) {
  const older = earlier.map((each, index) => schemaOf(type, index + 1, jsonSchemaOf(each.payload), {}));
  return [...older, schemaOf(type, version, jsonSchemaOf(payload), { description, examples: [example] })];
}

function schemaOf(type: string, version: number, schema: JsonSchema, about: object): [string, JsonSchema] {
  const { $schema, ...rest } = schema;
  return [
    `${type}.v${version}`,
    { $schema, $id: dataschemaOf(type, version), title: type, ...about, ...rest },
  ];
}
