import type { Contender, Measured } from './contender.ts';
import { Results } from './results.ts';

export type Say = (line: string) => void;

/**
 * Runs every contender once a round, forwards in one round and backwards in the next, so that whatever else happens on
 * the machine falls on all of them. A first round warms up and is thrown away.
 */
export async function contest(
  contenders: readonly Contender[],
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: boolean },
  say: Say,
): Promise<Results> {
  if (warmUp) for (const contender of contenders) await contender.round();
  const all = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const contender of round % 2 ? contenders : contenders.toReversed()) {
      const measured = await contender.round();
      all.get(contender.name)!.push(measured);
      const rate = Math.round(measured.count / measured.seconds);
      say(`round ${round} of ${rounds}: ${contender.name} ${rate.toLocaleString('en')}/s`);
    }
  }
  return new Results(all);
}
