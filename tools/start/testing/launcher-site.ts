import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { processTable } from '../../processes/process-table.ts';
import { findRunning } from '../../servers/running.ts';
import { serversOf } from '../../servers/servers.ts';
import { launcherSite, serviceNames } from '../../servers/site.ts';
import { servicesOf } from '../../services/services.ts';

const { folder, ports } = launcherSite;

/** Of servers and services, and those that brokers use among themselves. */
const allPorts = [
  ...[...serversOf(launcherSite), ...servicesOf(launcherSite)].map(({ port }) => port),
  ...ports.kafkaControllers,
  ports.rabbitmqDistribution,
];

/** By the process table, which knows nothing of what we wrote down; a command line of ours names folder or port. */
async function processesLeft(): Promise<string[]> {
  const table = await processTable();
  const services = await Promise.all(serviceNames.map((name) => findRunning(launcherSite, name)));
  return table
    .filter(({ pid, commandLine }) => commandLine.includes(folder) || services.includes(pid))
    .map(({ pid, commandLine }) => `${pid} ${commandLine.slice(0, 200)}`);
}

/** Everything of the site that can still be seen: processes and ports. Empty after a stop. */
export async function leftBehind(): Promise<string[]> {
  const answering = await Promise.all(allPorts.map(async (port) => ((await connects(port)) ? [port] : [])));
  return [...(await processesLeft()), ...answering.flat().map((port) => `port ${port}`)];
}

export async function connects(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The `env` file: every address by its usual name. */
export async function writtenAddresses(): Promise<Record<string, string>> {
  const lines = (await readFile(join(folder, 'env'), 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
}

/** Host and port of an address, which is a URL or a list of `host:port`. */
export function endpointsOf(address: string): { readonly host: string; readonly port: number }[] {
  return address.split(',').map((each) => {
    const { hostname, port } = new URL(each.includes('://') ? each : `tcp://${each}`);
    return { host: hostname, port: Number(port) };
  });
}

export async function pidOf(name: string): Promise<number> {
  const pid = await findRunning(launcherSite, name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
}
