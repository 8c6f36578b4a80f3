import { median } from '../contest/median.ts';
import type { Rounds } from './rounds.ts';
import type { Measured } from './shopper-run.ts';

export interface RoleFigures {
  role: string;
  cpuMsPerOrder: number;
  pssMiB: number;
}

export interface OrderFigures {
  ordersPerSecond: number;
  halfLoad: Latency;
  twentyPerSecond: Latency;
  /** The most expensive first. */
  roles: RoleFigures[];
}

interface Latency {
  ordersPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Medians over the rounds, figure by figure. */
export function figuresOf({ saturated, halfLoad, twentyPerSecond }: Rounds): OrderFigures {
  return {
    ordersPerSecond: over(saturated, (round) => round.ordersPerSecond),
    halfLoad: latencyOf(halfLoad),
    twentyPerSecond: latencyOf(twentyPerSecond),
    roles: rolesIn(saturated)
      .map((role) => roleFigures(role, saturated))
      .sort((a, b) => b.cpuMsPerOrder - a.cpuMsPerOrder),
  };
}

const over = (rounds: Measured[], figure: (round: Measured) => number) => median(rounds.map(figure));

const latencyOf = (rounds: Measured[]): Latency => ({
  ordersPerSecond: over(rounds, (round) => round.ordersPerSecond),
  p50Ms: over(rounds, (round) => round.p50Ms),
  p99Ms: over(rounds, (round) => round.p99Ms),
});

const rolesIn = (rounds: Measured[]) => [...new Set(rounds.flatMap(({ pssKiB }) => [...pssKiB.keys()]))];

const roleFigures = (role: string, rounds: Measured[]): RoleFigures => ({
  role,
  cpuMsPerOrder: over(rounds, ({ cpuMs, orders }) => (cpuMs.get(role) ?? 0) / orders),
  pssMiB: over(rounds, ({ pssKiB }) => (pssKiB.get(role) ?? 0) / 1024),
});
