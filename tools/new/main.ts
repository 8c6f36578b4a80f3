import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../servers/run.ts';
import { repository } from '../servers/site.ts';
import { build } from '../start/build.ts';
import { NewError } from './new.errors.ts';

const usage = `npm run new -- contract TYPE            an event: order.<word> or payment.<word>, as in order.shipped
npm run new -- handler TYPE --app APP   its handler in order, payment, audit or notification, with a spec

It makes files, lists them where they belong, and writes schemas and pages anew. What is there is never overwritten.
`;

/** `npm run new -- …`: a contract or a handler that builds and passes as it is. The exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help || args.length === 0) return say(process.stdout, usage, 0);
  const [what, type, ...rest] = positionals;
  if (!what || !['contract', 'handler'].includes(what) || !type || rest.length > 0) throw new NewError(usage);
  if (what === 'handler' && !values.app) throw new NewError(`In which app? --app NAME\n\n${usage}`);
  await build();
  // Only now: what they import was built a moment ago.
  const files =
    what === 'contract'
      ? await (await import('./contract.ts')).planContract(type)
      : await (await import('./handler.ts')).planHandler(type, values.app!);
  const written = await files.write();
  // Of its own process: this one has the contracts as they were.
  await run(process.execPath, [join(repository, 'tools/contracts/main.ts')]);
  return say(process.stdout, `${written.join('\n')}\nSchemas and pages are written anew.\n`, 0);
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { app: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new NewError(`${(error as Error).message}\n\n${usage}`);
  }
}

function say(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof NewError)) throw error;
  return say(process.stderr, `${error.message.trimEnd()}\n`, 2);
});
