import { refuseTakenPort } from '../servers/launch.ts';
import { findRunning } from '../servers/running.ts';
import { serversOf } from '../servers/servers.ts';
import type { Site } from '../servers/site.ts';
import { servicesOf } from '../services/services.ts';

/**
 * Before anything runs: otherwise the last service would find out, after everything else was brought up. What a
 * launcher that was killed left behind is ours.
 */
export async function refuseTakenPorts(site: Site): Promise<void> {
  for (const server of [...serversOf(site), ...servicesOf(site)])
    if (!(await findRunning(site, server.name))) await refuseTakenPort(server);
}
