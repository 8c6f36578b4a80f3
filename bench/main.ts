import { brokersContest } from './brokers/brokers-contest.ts';
import { runContest, type Contest } from './contest/run-contest.ts';
import { Interruption } from './interruption.ts';
import { benchOrders, ordersHelp } from './orders/bench-orders.ts';
import { outboxContest } from './outbox/outbox-contest.ts';
import { pipelineContest } from './pipeline/pipeline-contest.ts';
import { OptionError } from './positive.ts';
import { benchStandstill, standstillHelp } from './standstill/bench-standstill.ts';
import { benchTelemetry, telemetryHelp } from './telemetry/bench-telemetry.ts';

interface Bench {
  readonly help: string;
  run(args: string[]): Promise<void>;
}

const contest = (it: Contest): Bench => ({ help: it.help, run: (args) => runContest(args, it) });

/** One entry a benchmark: `npm run bench -- orders`. */
const benches: Record<string, Bench> = {
  orders: { help: ordersHelp, run: benchOrders },
  pipeline: contest(pipelineContest),
  outbox: contest(outboxContest),
  brokers: contest(brokersContest),
  standstill: { help: standstillHelp, run: benchStandstill },
  telemetry: { help: telemetryHelp, run: benchTelemetry },
  'which-broker': {
    help: 'npm run bench -- which-broker\n\nWrites the table of docs/explanation/which-broker.md from the kept run once more.\n',
    run: async () => (await import('./brokers/figures.ts')).writePage(),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) end(`no benchmark "${name}"; there are: ${Object.keys(benches).join(', ')}`, 2);
else if (args.includes('--help')) process.stdout.write(bench.help);
else await bench.run(args).catch((error: unknown) => explain(error, bench));

function explain(error: unknown, { help }: Bench): void {
  if (error instanceof Interruption) {
    end(error.message, 130);
    process.exit();
  }
  if (!isOptionError(error)) throw error;
  end(`${error.message}\n\n${help}`, 2);
}

function isOptionError(error: unknown): error is Error {
  if (error instanceof OptionError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function end(text: string, exitCode: number): void {
  process.stderr.write(`${text.trimEnd()}\n`);
  process.exitCode = exitCode;
}
