import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually, freePort } from '@waybill/test-kit';
import { processTable } from '../processes/process-table.ts';
import { findRunning } from '../servers/running.ts';
import type { Server } from '../servers/server.ts';
import { siteAt, type Site } from '../servers/site.ts';
import { Supervisor } from './supervisor.ts';

let site: Site;
let lines: string[];
beforeEach(async () => {
  site = siteAt('supervised', await mkdtemp(join(tmpdir(), 'waybill-supervisor-')), 0, 0);
  lines = [];
});
afterEach(() => rm(site.folder, { recursive: true }));

/** Answers every request, unless it never listens at all. */
async function service(script = listening, prepare = async () => undefined as void): Promise<Server> {
  const port = await freePort();
  return {
    name: 'tiny',
    command: process.execPath,
    args: ['-e', script, site.folder],
    env: { PORT: String(port), NODE_OPTIONS: '' },
    port,
    stopSignal: 'SIGTERM',
    prepare,
  };
}

const listening =
  "require('http').createServer((_, answer) => answer.end()).listen(process.env.PORT, '127.0.0.1')";
const deaf = 'setInterval(() => undefined, 1000)';

const supervisorOf = (tiny: Server) => new Supervisor(site, tiny, (line) => void lines.push(line));
const running = () => findRunning(site, 'tiny');
/** By the process table: a pid that was never written down, or is forgotten, is there all the same. */
const alive = async () =>
  (await processTable()).filter(({ commandLine }) => commandLine.includes(site.folder));

/** Lets the first start through, and holds the second until it is opened. */
function gateAtTheSecond() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let starts = 0;
  const pass = async () => {
    if (++starts > 1) await opened;
  };
  return { pass, open, waits: () => starts > 1 };
}

test('a service that dies is started again, and stops with its supervisor', async () => {
  const supervisor = supervisorOf(await service());
  await supervisor.start();
  const pid = (await running())!;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => {
    const next = await running();
    expect(next).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
  });
  expect(lines).toEqual(['tiny ended (SIGKILL); starting it again in 250 ms']);
  expect(supervisor.restarts).toBe(1);
  await supervisor.stop();
  expect(await alive()).toEqual([]);
});

test('a service that is just being started again when its supervisor stops does not stay behind', async () => {
  const gate = gateAtTheSecond();
  const supervisor = supervisorOf(await service(listening, gate.pass));
  await supervisor.start();
  process.kill((await running())!, 'SIGKILL');
  await eventually(() => expect(gate.waits()).toBe(true));
  const stopped = supervisor.stop();
  gate.open();
  await stopped;
  expect(await alive()).toEqual([]);
});

test('a start that is interrupted rejects, and leaves a process only until it is stopped', async () => {
  const supervisor = supervisorOf(await service(deaf));
  const interrupt = new AbortController();
  const starting = supervisor.start(interrupt.signal);
  await eventually(async () => expect(await running()).toBeDefined());
  interrupt.abort();
  await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
  await supervisor.stop();
  expect(await alive()).toEqual([]);
});
