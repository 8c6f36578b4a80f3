import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Compose } from '../compose/compose.ts';
import { composeMade, composeProject } from '../compose/project.ts';
import { runningPids } from '../servers/running.ts';
import { sites, startSite, type Site } from '../servers/site.ts';

/**
 * `npm run clean`: removes `.waybill/`, all data and logs with it, and containers and volumes that `npm start` made, unless
 * something still runs there.
 * `-- --site NAME` removes that site alone.
 */
const [flag, name = ''] = process.argv.slice(2);
const site = flag === '--site' ? sites[name] : startSite;
if (!site || (flag !== undefined && flag !== '--site')) {
  console.error(`npm run clean [-- --site ${Object.keys(sites).join('|')}]`);
  process.exitCode = 2;
} else await clean(site);

async function clean(site: Site): Promise<void> {
  // The folder of `npm start` holds those of all others.
  const within = site === startSite ? Object.values(sites) : [site];
  const running = (await Promise.all(within.map(runningPids))).flat();
  if (running.length > 0) {
    console.error(
      `Still running: pids ${running.join(', ')}. Stop npm start (Ctrl-C) or npm run servers -- down first.`,
    );
    process.exitCode = 1;
    return;
  }
  if (existsSync(composeMade(site))) await new Compose(composeProject).remove();
  await rm(site.folder, { recursive: true, force: true });
  console.log(`removed ${site.folder}`);
}
