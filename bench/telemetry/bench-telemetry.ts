import { parseArgs } from 'node:util';
import { contest } from '../contest/contest.ts';
import { partsJson, partsTable } from '../contest/table.ts';
import { Collector } from './collector.ts';
import { partsOf } from './figures.ts';
import { modes, off } from './modes.ts';
import { interruption } from '../interruption.ts';
import { positive } from '../positive.ts';
import { ServiceRounds } from './service-rounds.ts';

const text = { type: 'string' } as const;
const options = {
  rounds: { ...text, default: '4' },
  orders: { ...text, default: '3000' },
  'warm-up': { ...text, default: '500' },
  json: { type: 'boolean', default: false },
} as const;

export const telemetryHelp = `npm run bench -- telemetry [options]

What traces cost whole orders, saturated: off, every tenth, and every one, in rounds that take turns. Every span must arrive.

  --rounds N    rounds of each (default 4; even: each way runs as often before the others as after them)
  --orders N    orders of a round (default 3000)
  --warm-up N   orders before each round that do not count (default 500)
  --json        one line of JSON instead of a table
`;

/** What telemetry costs whole orders, saturated: off, every tenth trace, and every trace, in rounds that take turns. */
export async function benchTelemetry(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const plan = {
    orders: positive('--orders', values.orders),
    warmUpOrders: positive('--warm-up', values['warm-up']),
  };
  const rounds = positive('--rounds', values.rounds);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const collector = await Collector.open();
  const services = new ServiceRounds(collector, plan);
  const measure = async () => {
    await services.startServers(say);
    await services.contender(off, say).round(); // what brokers and databases pay once falls on nobody
    services.exported.length = 0;
    const contenders = modes.map((mode) => services.contender(mode, say));
    return contest(contenders, { rounds, warmUp: false }, say);
  };
  try {
    const results = await Promise.race([measure(), interruption()]);
    const parts = partsOf(results, services.exported);
    process.stdout.write(values.json ? partsJson(parts) : partsTable(parts));
  } finally {
    await services.stop();
    await collector.close();
  }
}
