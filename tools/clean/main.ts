import { rm } from 'node:fs/promises';
import { runningPids } from '../servers/running.ts';
import { startSite, sites } from '../servers/site.ts';

/** `npm run clean`: removes `.waybill/`, all data and logs with it, unless something still runs there. */
const running = (await Promise.all(Object.values(sites).map(runningPids))).flat();
if (running.length > 0) {
  console.error(
    `Still running: pids ${running.join(', ')}. Stop npm start (Ctrl-C) or npm run servers -- down first.`,
  );
  process.exitCode = 1;
} else {
  await rm(startSite.folder, { recursive: true, force: true });
  console.log(`removed ${startSite.folder}`);
}
