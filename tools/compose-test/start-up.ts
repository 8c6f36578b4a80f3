import { setTimeout as pause } from 'node:timers/promises';
import { docker, linesOf, type Compose } from '../compose/compose.ts';
import { ServerError } from '../servers/servers.errors.ts';
import { services } from './services.ts';

const withinMs = 60_000;
const lookEveryMs = 100;

/** From the start of each service's container to the line in which it says that it listens, in seconds. */
export type StartUp = ReadonlyMap<string, number>;

/** Of the latest start of each, when all of them began at once. */
export async function startUpTogether(compose: Compose): Promise<StartUp> {
  const times = services.map(async (service) => [service, await startUpTime(compose, service)] as const);
  return new Map(await Promise.all(times));
}

/** Starts services that are stopped, one after the other, as a deployment does. */
export async function startUpAlone(compose: Compose): Promise<StartUp> {
  const times = new Map<string, number>();
  for (const service of services) {
    await compose.run(['start', service]);
    times.set(service, await startUpTime(compose, service));
  }
  return times;
}

async function startUpTime(compose: Compose, service: string): Promise<number> {
  const [id = ''] = linesOf(await compose.run(['ps', '--all', '--quiet', service]));
  const [started = ''] = linesOf(await docker(['inspect', '--format', '{{.State.StartedAt}}', id]));
  const startedAt = Date.parse(started);
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(lookEveryMs)) {
    const log = linesOf(await docker(['logs', '--timestamps', id]));
    const listening = log.filter((line) => line.includes('"msg":"listening"')).map(timeOf);
    const last = listening.at(-1) ?? 0;
    if (last > startedAt) return (last - startedAt) / 1_000;
  }
  throw new ServerError(`${service} does not listen ${withinMs / 1_000} s after its start`);
}

/** Docker's own, before what the service wrote. */
const timeOf = (line: string): number => Date.parse(line.split(' ')[0]!);
