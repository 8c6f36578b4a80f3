import { closingMutants } from './mutants/closing.js';
import { consumingMutants } from './mutants/consuming.js';
import { contentMutants } from './mutants/content.js';
import { failingMutants } from './mutants/failing.js';
import { hopMutants } from './mutants/hops.js';
import type { Mutant } from './mutants/mutant.js';
import { publishingMutants } from './mutants/publishing.js';
import { settlingMutants } from './mutants/settling.js';

/** The memory broker, broken in one way each. A behaviour counts only when one of them fails it. */
export const mutants: readonly Mutant[] = [
  ...publishingMutants,
  ...contentMutants,
  ...consumingMutants,
  ...settlingMutants,
  ...closingMutants,
  ...hopMutants,
  ...failingMutants,
];
