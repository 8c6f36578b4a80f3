import { parseArgs } from 'node:util';
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

/** What one order costs, and how long it takes: saturated, at half of that, and at 20 orders a second. */
export async function benchOrders(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const plan = {
    rounds: Number(values.rounds),
    orders: Number(values.orders),
    pacedSeconds: Number(values.seconds),
  };
  const stack = await startStack();
  try {
    const figures = figuresOf(await measureRounds(stack, plan));
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : figuresTable(figures));
  } finally {
    await stack.stop();
  }
}
