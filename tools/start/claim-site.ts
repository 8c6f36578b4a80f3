import { findRunning, forget, writeDown } from '../servers/running.ts';
import { ServerError } from '../servers/servers.errors.ts';
import type { Site } from '../servers/site.ts';

const name = 'launcher';

/** Two launchers of one site would stop each other's services. One that was killed has left the site to the next. */
export async function claimSite(site: Site): Promise<void> {
  const pid = await findRunning(site, name);
  if (pid !== undefined)
    throw new ServerError(
      `npm start runs here already (pid ${pid}). Stop it first: Ctrl-C where it runs, or kill ${pid}`,
    );
  await writeDown(site, name, process.pid);
}

export const leaveSite = (site: Site): Promise<void> => forget(site, name);
