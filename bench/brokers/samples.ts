import type { Say } from '../contest/contest.ts';
import type { Line } from '../contest/line.ts';
import { median, percentile } from '../contest/median.ts';

/** Something whose single values matter: milliseconds of many messages in a round. */
export interface Sampled {
  readonly name: string;
  round(): Promise<readonly number[]>;
}

/** In alternating rounds; p50 and p99 of each round, and the medians of those over the rounds. */
export async function sampleAll(
  sampled: readonly Sampled[],
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: boolean },
  say: Say,
): Promise<readonly Line[]> {
  if (warmUp) for (const each of sampled) await each.round();
  const taken = new Map<string, (readonly number[])[]>(sampled.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const each of round % 2 ? sampled : sampled.toReversed()) {
      const values = await each.round();
      taken.get(each.name)!.push(values);
      say(`round ${round} of ${rounds}: ${each.name} p50 ${percentile(values, 50).toFixed(1)} ms`);
    }
  return [...taken].flatMap(([name, all]) =>
    [50, 99].map((percent): Line => {
      const value = median(all.map((values) => percentile(values, percent)));
      return { name: `${name}, p${percent}`, value, unit: 'ms' };
    }),
  );
}
