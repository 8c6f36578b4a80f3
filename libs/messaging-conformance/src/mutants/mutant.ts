import type { Behaviour } from '../behaviour.js';
import type { Mutation } from './mutation.js';

/** A broker that is kept for what it does wrong: each of these behaviours must find it out. */
export interface Mutant {
  /** What it does. */
  readonly name: string;
  readonly failing: readonly Behaviour[];
  readonly mutate: Mutation;
}
