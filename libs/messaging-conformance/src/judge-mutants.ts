import { AssertionError } from 'node:assert';
import type { Behaviour } from './behaviour.js';
import { behaviours } from './behaviours.js';
import { memoryUnderTest } from './memory-under-test.js';
import type { Mutant } from './mutants/mutant.js';
import { mutants } from './mutants.js';
import { runConformance } from './run-conformance.js';
import type { Store } from './store.js';

export interface Judgement {
  readonly behaviour: string;
  readonly mutant: string;
  /** `alive`: the behaviour has not found it out. Only a failed assertion counts, not an accident on the way. */
  readonly verdict: 'found' | 'alive';
  /** How it was found out, or what happened instead. */
  readonly because: string;
}

/** A mutant that loses something is found out by waiting for it; as long as a sound broker needs on a busy machine. */
export const mutantPatienceMs = 8_000;
const atOnce = 20;

/** Asks every mutant for the behaviours that must fail it, as far as they are among the asked. */
export async function judgeMutants(
  store: Store,
  asked: readonly Behaviour[] = behaviours,
): Promise<readonly Judgement[]> {
  const waiting = mutants
    .map((mutant) => ({ ...mutant, failing: mutant.failing.filter((each) => asked.includes(each)) }))
    .values();
  const judgements: Judgement[] = [];
  const worker = async () => {
    for (const mutant of waiting) judgements.push(...(await judge(mutant, store)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return judgements;
}

async function judge({ name, failing, mutate }: Mutant, store: Store): Promise<Judgement[]> {
  const broker = mutate(memoryUnderTest());
  const results = await runConformance({ broker, store, behaviours: failing, patienceMs: mutantPatienceMs });
  await broker.close();
  return results.map(({ behaviour, status, because = '', thrown }) => {
    const found = status === 'fail' && thrown instanceof AssertionError;
    return { behaviour, mutant: name, verdict: found ? 'found' : 'alive', because: because || status };
  });
}
