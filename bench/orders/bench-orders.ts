import { parseArgs } from 'node:util';
import { positive } from '../positive.ts';
import { figuresOf } from './figures.ts';
import { figuresTable } from './figures-table.ts';
import { measureRounds } from './rounds.ts';
import { startStack } from './running-stack.ts';

const text = { type: 'string' } as const;
const options = {
  rounds: { ...text, default: '3' },
  orders: { ...text, default: '3000' },
  seconds: { ...text, default: '20' },
  json: { type: 'boolean', default: false },
} as const;

export const ordersHelp = `npm run bench -- orders [options]

Starts what npm start does, and replays orders: what one costs in processor time and memory, process by process, and how
long it takes; saturated, at half of that, and at 20 orders a second.

  --rounds N    rounds of each (default 3); figures are medians
  --orders N    orders of a saturated round (default 3000)
  --seconds S   how long a round at a given rate lasts (default 20)
  --json        one line of JSON instead of a table
`;

/** What one order costs, and how long it takes: saturated, at half of that, and at 20 orders a second. */
export async function benchOrders(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const plan = {
    rounds: positive('--rounds', values.rounds),
    orders: positive('--orders', values.orders),
    pacedSeconds: positive('--seconds', values.seconds),
  };
  const stack = await startStack();
  try {
    const figures = figuresOf(await measureRounds(stack, plan));
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : figuresTable(figures));
  } finally {
    await stack.stop();
  }
}
