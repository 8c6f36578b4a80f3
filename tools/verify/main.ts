import { parseOptions, usage } from './options.ts';
import { readSettings } from './settings.ts';
import { sentences } from './sentences.ts';
import { verify } from './verify.ts';
import { CannotVerify } from './verify.errors.ts';

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) return print(usage);
  const options = parseOptions(args);
  const verdict = await verify(await readSettings(options.envFile, process.env), options);
  print(options.json ? `${JSON.stringify(verdict)}\n` : sentences(verdict));
  return verdict.violations.length > 0 ? 1 : 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((cause: unknown) => {
  if (!(cause instanceof CannotVerify)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  return 2;
});
