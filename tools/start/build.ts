import { join } from 'node:path';
import { run } from '../servers/packages.ts';
import { repository } from '../servers/site.ts';

/** Prisma clients and JavaScript, each only where something changed. */
export async function build(): Promise<void> {
  const fix = 'See the messages, or remove apps/*/dist and libs/*/dist and try again.';
  await run(process.execPath, [join(repository, 'tools/generate/main.ts')], {}, fix);
  await run(
    process.execPath,
    [join(repository, 'node_modules/typescript/bin/tsc'), '-b', repository],
    {},
    fix,
  );
}
