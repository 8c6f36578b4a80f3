import type { Measured } from './contender.ts';
import type { Aim, Line } from './line.ts';
import { median } from './median.ts';

interface Wanted {
  readonly name: string;
  readonly base?: string;
  readonly aim?: Aim;
}

/** Medians over the rounds. A ratio is the median of the ratios within each round, not of rates of different times. */
export class Results {
  private readonly rounds: ReadonlyMap<string, readonly Measured[]>;

  constructor(rounds: ReadonlyMap<string, readonly Measured[]>) {
    this.rounds = rounds;
  }

  rate(name: string): number {
    return median(this.of(name).map(rateOf));
  }

  cpuMicros(name: string): number {
    return median(this.of(name).map(({ cpuSeconds, count }) => (cpuSeconds * 1e6) / count));
  }

  ratio(name: string, base: string): number {
    const bases = this.of(base);
    return median(this.of(name).map((measured, round) => rateOf(measured) / rateOf(bases[round]!)));
  }

  line({ name, base, aim }: Wanted): Line {
    return {
      name,
      value: this.rate(name),
      unit: '/s',
      cpuMicros: this.cpuMicros(name),
      ...(base && { base, ratio: this.ratio(name, base) }),
      ...(aim && { aim }),
    };
  }

  private of(name: string): readonly Measured[] {
    const rounds = this.rounds.get(name);
    if (!rounds?.length) throw new Error(`nothing was measured of "${name}"`);
    return rounds;
  }
}

const rateOf = ({ count, seconds }: Measured): number => count / seconds;
