import { brokersContest } from './brokers/brokers-contest.ts';
import { runContest } from './contest/run-contest.ts';
import { Interruption } from './interruption.ts';
import { benchOrders } from './orders/bench-orders.ts';
import { outboxContest } from './outbox/outbox-contest.ts';
import { pipelineContest } from './pipeline/pipeline-contest.ts';
import { benchStandstill } from './standstill/bench-standstill.ts';
import { benchTelemetry } from './telemetry/bench-telemetry.ts';

/** One entry a benchmark: `npm run bench -- orders`. */
const benches: Record<string, (args: string[]) => Promise<void>> = {
  orders: benchOrders,
  pipeline: (args) => runContest(args, pipelineContest),
  standstill: benchStandstill,
  telemetry: benchTelemetry,
  outbox: (args) => runContest(args, outboxContest),
  brokers: (args) => runContest(args, brokersContest),
  'which-broker': async () => (await import('./brokers/figures.ts')).writePage(),
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench)
  await bench(args).catch((error: unknown) => {
    if (!(error instanceof Interruption)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(130);
  });
else {
  process.stderr.write(`no benchmark "${name}"; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
}
