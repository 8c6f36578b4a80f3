import { behaviourGroups, judgeMutants, type Judgement } from '@waybill/messaging-conformance';
import type { Options } from './options.ts';
import { openStore } from './store.ts';

/** Prints each behaviour with the mutants that it must find out. 1 when one lives, or a behaviour has none. */
export async function askMutants({ json }: Options): Promise<number> {
  const store = await openStore();
  try {
    const judgements = await judgeMutants(store);
    process.stdout.write(json ? `${JSON.stringify(judgements, undefined, 2)}\n` : tableOf(judgements));
    const found = behaviourGroups
      .flatMap(({ behaviours }) => behaviours)
      .map(({ name }) => verdictOn(name, judgements));
    return found.every((each) => each === 'found') ? 0 : 1;
  } finally {
    await store.close();
  }
}

function verdictOn(behaviour: string, judgements: readonly Judgement[]): 'found' | 'alive' | 'no mutant' {
  const own = judgements.filter((judgement) => judgement.behaviour === behaviour);
  if (own.length === 0) return 'no mutant';
  return own.some(({ verdict }) => verdict === 'alive') ? 'alive' : 'found';
}

function tableOf(judgements: readonly Judgement[]): string {
  const lines = behaviourGroups.flatMap(({ about, behaviours }) => [
    `\n${about}`,
    ...behaviours.flatMap(({ name }) => [
      `  ${name}`,
      ...judgements.filter(({ behaviour }) => behaviour === name).map(lineOf),
    ]),
  ]);
  const found = new Set(
    judgements.filter(({ verdict }) => verdict === 'found').map(({ behaviour }) => behaviour),
  );
  const mutants = new Set(judgements.map(({ mutant }) => mutant));
  const all = behaviourGroups.flatMap(({ behaviours }) => behaviours).length;
  return `${lines.join('\n')}\n\n${found.size} of ${all} behaviours find out what breaks them; ${mutants.size} mutants\n`;
}

function lineOf({ verdict, mutant, because }: Judgement): string {
  return `    ${verdict === 'found' ? '✓ found' : '✗ alive'}: ${mutant} (${shortened(because)})`;
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
};
