import { contracts } from './contracts.js';
import { personalFieldsOf } from './schemas/personal.js';

/** Of all contracts, each without its path: fields that no log line shows, whatever they are in. */
export const personalFieldNames: readonly string[] = [
  ...new Set(contracts.flatMap(personalFieldsOf).map((path) => path.split(/[.[\]]+/).findLast(Boolean)!)),
];
