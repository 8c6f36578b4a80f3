import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../servers/run.ts';
import { repository } from '../servers/site.ts';

/** Prisma clients and JavaScript, each only where something changed. An image holds no compiler: all is built there. */
export async function build(signal?: AbortSignal): Promise<void> {
  const fix = 'See the messages, or remove apps/*/dist and libs/*/dist and try again.';
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) return;
  await run(process.execPath, [join(repository, 'tools/generate/main.ts')], { fix, signal });
  await run(process.execPath, [tsc, '-b', repository], { fix, signal });
}
