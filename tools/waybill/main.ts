import { build } from '../start/build.ts';
import { parseCommand, usage } from './command.ts';
import { WaybillError } from './waybill.errors.ts';

/** `npm run waybill -- …`: what people do to a running system. The exit code. */
async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help')) return print(usage);
  const command = parseCommand(args);
  await build();
  // Only now: what they import was built a moment ago.
  if (command.subject === 'topology') {
    const { runTopology } = await import('./topology.ts');
    return runTopology(command);
  }
  if (command.subject === 'subscriptions') {
    const { runSubscriptions } = await import('./subscriptions/run-subscriptions.ts');
    return runSubscriptions(command);
  }
  if (command.subject === 'projections') {
    const { runProjections } = await import('./projections/run-projections.ts');
    return runProjections(command);
  }
  if (command.subject === 'republish') {
    const { runRepublish } = await import('./republish/run-republish.ts');
    return runRepublish(command);
  }
  const { runDeadLetters } = await import('./dead-letters/run-dead-letters.ts');
  return runDeadLetters(command);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof WaybillError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
});
