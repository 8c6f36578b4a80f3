import {
  behaviourGroups,
  judgeMutants,
  type Behaviour,
  type Judgement,
} from '@waybill/messaging-conformance';
import { chosenBehaviours } from './chosen-behaviours.ts';
import type { Options } from './options.ts';
import { openStore } from './store.ts';

/** Prints each behaviour with the mutants that it must find out. 1 when one lives, or a behaviour has none. */
export async function askMutants(options: Options): Promise<number> {
  const asked = chosenBehaviours(options);
  const store = await openStore();
  try {
    const judgements = await judgeMutants(store, asked);
    const text = options.json ? `${JSON.stringify(judgements, undefined, 2)}\n` : tableOf(asked, judgements);
    process.stdout.write(text);
    return asked.every((behaviour) => counts(behaviour, judgements)) ? 0 : 1;
  } finally {
    await store.close();
  }
}

const ofBehaviour = ({ name }: Behaviour, judgements: readonly Judgement[]) =>
  judgements.filter(({ behaviour }) => behaviour === name);

/** It has mutants, and finds them all out. */
function counts(behaviour: Behaviour, judgements: readonly Judgement[]): boolean {
  const own = ofBehaviour(behaviour, judgements);
  return own.length > 0 && own.every(({ verdict }) => verdict === 'found');
}

function tableOf(asked: readonly Behaviour[], judgements: readonly Judgement[]): string {
  const groups = behaviourGroups
    .map(({ about, behaviours }) => ({ about, own: behaviours.filter((each) => asked.includes(each)) }))
    .filter(({ own }) => own.length > 0);
  const lines = groups.flatMap(({ about, own }) => [
    about,
    ...own.flatMap((each) => [`  ${each.name}`, ...ofBehaviour(each, judgements).map(lineOf)]),
    '',
  ]);
  const counting = asked.filter((behaviour) => counts(behaviour, judgements)).length;
  const mutants = new Set(judgements.map(({ mutant }) => mutant)).size;
  return [
    ...lines,
    `${counting} of ${asked.length} behaviours find out what breaks them; ${mutants} mutants`,
    '',
  ].join('\n');
}

function lineOf({ verdict, mutant, because }: Judgement): string {
  return `    ${verdict === 'found' ? '✓ found' : '✗ alive'}: ${mutant} (${shortened(because)})`;
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
};
