import { findEngine } from '../compose/engine.ts';
import { installPackages } from '../servers/packages.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { DockerStack } from './docker-stack.ts';
import type { StartOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { NativeStack, type Stack } from './stack.ts';

/**
 * Containers where a Docker engine answers and has the images or can fetch them, processes elsewhere, unless one of them
 * was asked for.
 */
export async function chooseStack(
  options: StartOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Stack> {
  const docker = options.runs === 'native' ? undefined : await dockerStack(options, progress, signal);
  if (docker) return docker;
  await installPackages((line) => progress.say(line), signal);
  return new NativeStack(options.site, progress);
}

/** Nothing, having said why, where it cannot be; a `ServerError` where it was asked for. */
async function dockerStack(
  { runs, site }: StartOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<DockerStack | undefined> {
  const engine = await findEngine();
  if (!engine.found && runs !== 'docker') return undefined;
  if (!engine.found) throw new ServerError(`--docker: ${engine.why}. Or run with --native.`);
  const stack = new DockerStack(site, progress);
  try {
    await progress.step('images', () => stack.fetchImages(signal));
    return stack;
  } catch (error) {
    if (signal.aborted || !(error instanceof ServerError)) throw error;
    if (runs === 'docker')
      throw new ServerError(`${error.message}\nIf images cannot be had here, run with --native.`, {
        cause: error,
      });
    progress.say(`Docker answers, but its images cannot be had; going on without it. ${error.message}`);
    return undefined;
  }
}
