import { docker, linesOf, type Compose } from '../compose/compose.ts';
import { services } from './services.ts';

/** From the start of its container to the line in which it says that it listens, by service, in seconds. */
export async function startUpTimes(compose: Compose): Promise<ReadonlyMap<string, number>> {
  const times = services.map(async (service) => [service, await startUpTime(compose, service)] as const);
  return new Map(await Promise.all(times));
}

async function startUpTime(compose: Compose, service: string): Promise<number> {
  const [id = ''] = linesOf(await compose.run(['ps', '--quiet', service]));
  const startedAt = await docker(['inspect', '--format', '{{.State.StartedAt}}', id]);
  const log = linesOf(await docker(['logs', '--timestamps', id]));
  const listening = log.findLast((line) => line.includes('"msg":"listening"')) ?? '';
  return (Date.parse(listening.split(' ')[0]!) - Date.parse(startedAt.trim())) / 1_000;
}
