import type { Need } from './needs.js';
import type { World } from './world.js';

/** One promise of the port, or of the pipeline over it, and how to find out whether a broker keeps it. */
export interface Behaviour {
  /** What a broker does: `keeps the order of a key`. */
  readonly name: string;
  /** Without these it cannot be asked, and is skipped. */
  readonly needs?: readonly Need[];
  /** Rejects with an `AssertionError` when the promise is broken. */
  run(world: World): Promise<void>;
}
