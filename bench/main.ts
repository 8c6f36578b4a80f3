import { benchOrders } from './orders/bench-orders.ts';

/** One entry a benchmark: `npm run bench -- orders`. */
const benches: Record<string, (args: string[]) => Promise<void>> = { orders: benchOrders };

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench) await bench(args);
else {
  process.stderr.write(`no benchmark "${name}"; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
}
