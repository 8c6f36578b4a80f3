import { findEngine } from '../compose/engine.ts';
import { installPackages } from '../servers/packages.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { DockerStack } from './docker-stack.ts';
import type { StartOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { NativeStack, type Stack } from './stack.ts';

/** Containers where a Docker engine answers, processes elsewhere, unless one of them was asked for. */
export async function chooseStack(
  { runs, site }: StartOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Stack> {
  const engine = runs === 'native' ? { found: false, why: '' } : await findEngine();
  if (engine.found) return new DockerStack(site, progress);
  if (runs === 'docker' && 'why' in engine)
    throw new ServerError(`--docker: ${engine.why}. Or run with --native.`);
  await installPackages((line) => progress.say(line), signal);
  return new NativeStack(site, progress);
}
