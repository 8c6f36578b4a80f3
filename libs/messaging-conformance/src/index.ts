export type { Behaviour } from './behaviour.js';
export { behaviourGroups, behaviours } from './behaviours.js';
export type {
  BadOptions,
  BrokerUnderTest,
  Connection,
  Faults,
  Prepared,
  Wanted,
} from './broker-under-test.js';
export { judgeMutants, type Judgement } from './judge-mutants.js';
export { memoryUnderTest } from './memory-under-test.js';
export { mutants } from './mutants.js';
export type { Mutant } from './mutants/mutant.js';
export { reasonToSkip, type Given, type Need } from './needs.js';
export { runConformance, type ConformanceOptions, type Result } from './run-conformance.js';
export type { Store } from './store.js';
