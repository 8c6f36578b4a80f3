import { contracts, personalFieldsOf, personalValues, redacted } from '@waybill/contracts';
import type { Entry } from '../chain/entry.js';

export const erased = 'erased';

const withPeople = new Map(
  contracts
    .filter((contract) => personalFieldsOf(contract).length > 0)
    .map((contract) => [contract.type, contract]),
);

/**
 * The body as anybody may keep it; nothing when it holds nothing of a person. Of what this code cannot read, though its
 * type may tell of a person, nothing may be kept in the clear.
 */
export function withoutPersonal({ type, attributes, body }: Entry): Uint8Array | undefined {
  const contract = withPeople.get(type);
  if (!contract) return undefined;
  try {
    contract.decode({ key: '', attributes: JSON.parse(attributes), headers: {}, body });
  } catch {
    return new Uint8Array();
  }
  const value: unknown = JSON.parse(Buffer.from(body).toString());
  const rest = redacted(contract, value, erased);
  return rest === value ? undefined : Buffer.from(JSON.stringify(rest));
}

/** Personal fields of a body by their path, for a person who may see them. */
export function personalIn(type: string, body: Uint8Array): Readonly<Record<string, unknown>> {
  const contract = withPeople.get(type);
  if (!contract || body.length === 0) return {};
  try {
    return personalValues(contract, JSON.parse(Buffer.from(body).toString()));
  } catch {
    return {};
  }
}
