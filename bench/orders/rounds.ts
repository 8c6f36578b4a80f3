import { median } from '../contest/median.ts';
import { measureRun, type Load, type Measured } from './shopper-run.ts';

export interface Plan {
  rounds: number;
  /** Orders of a saturated round; the paced ones last as long as `pacedSeconds`. */
  orders: number;
  pacedSeconds: number;
}

export interface Rounds {
  saturated: Measured[];
  halfLoad: Measured[];
  twentyPerSecond: Measured[];
}

type Stack = Omit<Load, 'args'>;

const warmUpOrders = 300;

/** Caches, the JIT and the brokers' first segments are paid for before anything is measured. */
export async function measureRounds(stack: Stack, plan: Plan): Promise<Rounds> {
  const log = new LogRows();
  await measureRun({ ...stack, args: log.next(warmUpOrders) });
  const paced = (rate: number) => [...log.next(Math.round(rate * plan.pacedSeconds)), '--rate', String(rate)];
  const saturated = await repeat(plan.rounds, () => measureRun({ ...stack, args: log.next(plan.orders) }));
  const halfRate = median(saturated.map(({ ordersPerSecond }) => ordersPerSecond)) / 2;
  return {
    saturated,
    halfLoad: await repeat(plan.rounds, () => measureRun({ ...stack, args: paced(halfRate) })),
    twentyPerSecond: await repeat(plan.rounds, () => measureRun({ ...stack, args: paced(20) })),
  };
}

/** Every run replays rows of its own, so that none profits from what an earlier one left. */
export class LogRows {
  private skip = 0;

  next(orders: number): string[] {
    const args = ['--skip', String(this.skip), '--orders', String(orders)];
    this.skip += orders;
    return args;
  }
}

async function repeat<Result>(times: number, run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < times) results.push(await run());
  return results;
}
