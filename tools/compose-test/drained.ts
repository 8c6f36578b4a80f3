import { docker, linesOf, type Compose } from '../compose/compose.ts';
import { services } from './services.ts';

/** SIGTERM to the services, which must end by themselves, with code 0 and their last word. */
export async function drainProblems(compose: Compose): Promise<string[]> {
  const ids = linesOf(await compose.run(['ps', '--quiet', ...services]));
  await compose.run(['stop', ...services]);
  const ends = await Promise.all(ids.map(endOf));
  return ends
    .filter(({ code, drained }) => code !== '0' || !drained)
    .map(({ name, code }) => `${name} was not drained: exit code ${code}`);
}

async function endOf(id: string) {
  const [name = '', code = ''] = linesOf(
    await docker(['inspect', '--format', '{{.Name}}\n{{.State.ExitCode}}', id]),
  );
  const log = await docker(['logs', '--tail', '5', id]);
  return { name, code, drained: log.includes('"msg":"drained"') };
}
