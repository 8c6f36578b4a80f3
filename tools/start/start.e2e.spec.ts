import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { findRunning, killServer, runningPids } from '../servers/running.ts';
import { serversOf } from '../servers/servers.ts';
import { launcherSite, repository } from '../servers/site.ts';
import { servicesOf } from '../services/services.ts';
import type { Figures } from './report.ts';
import { connects, endpointsOf, leftBehind, pidOf, writtenAddresses } from './testing/launcher-site.ts';
import { NpmStart } from './testing/npm-start.ts';
import { orderOfTheReadme } from './testing/order-of-the-readme.ts';

const execute = promisify(execFile);
const { folder, ports } = launcherSite;
const running = 'running; Ctrl-C';
const paymentUrl = `http://127.0.0.1:${ports.services.payment}`;

/** The tests tell one story on one site: each start finds what the one before it left. */
jest.setTimeout(120_000);

let started: NpmStart;
const start = (args: readonly string[], environment?: { PATH: string }): NpmStart =>
  (started = new NpmStart(args, environment));

async function removeSite(): Promise<void> {
  // The launcher first: it would start its services again.
  const launcher = await findRunning(launcherSite, 'launcher');
  if (launcher !== undefined) process.kill(launcher, 'SIGKILL');
  for (const { name } of [...servicesOf(launcherSite), ...serversOf(launcherSite)])
    await killServer(launcherSite, name);
  await rm(folder, { recursive: true, force: true });
}

beforeAll(removeSite);
afterAll(removeSite);

/** The rest are settings that go with them: a region, credentials, a wait. */
const isAddress = (name: string) => /_(URL|BROKERS)$/.test(name);

describe('npm start from nothing', () => {
  test('stays up, and writes down every address, each of which answers', async () => {
    start(['--no-orders']);
    await started.says(running, 110_000);
    const { WAYBILL_SERVERS_FOLDER, ...written } = await writtenAddresses();
    const addresses = Object.fromEntries(Object.entries(written).filter(([name]) => isAddress(name)));
    expect(WAYBILL_SERVERS_FOLDER).toBe(folder);
    expect(Object.keys(addresses)).toEqual(
      expect.arrayContaining(['KAFKA_BROKERS', 'RABBITMQ_URL', 'ORDER_URL']),
    );
    for (const [name, address] of Object.entries(addresses))
      for (const { host, port } of endpointsOf(address))
        expect({ name, port, answers: await connects(port, host) }).toEqual({ name, port, answers: true });
  });

  test('starts a killed service again, and waits longer each time', async () => {
    for (const backoffMs of [250, 500]) {
      const pid = await pidOf('payment');
      process.kill(pid, 'SIGKILL');
      await started.says(`payment ended (SIGKILL); starting it again in ${backoffMs} ms`);
      await eventually(async () => expect(await pidOf('payment')).not.toBe(pid));
    }
    await eventually(
      async () => expect((await fetch(`${paymentUrl}/health/ready`)).status).toBe(200),
      30_000,
    );
  });

  test('keeps others from its site: a second start and a clean are refused, and disturb nothing', async () => {
    const before = await runningPids(launcherSite);
    const second = new NpmStart(['--no-orders']);
    expect(await second.end).toMatchObject({ code: 1 });
    expect(second.progress).toMatch(
      /runs here already \(pid \d+\)\. Stop it first: Ctrl-C where it runs, or kill/,
    );
    await expect(clean()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Still running'),
    });
    expect(await runningPids(launcherSite)).toEqual(before);
  });

  test('leaves everything running when it is killed itself', async () => {
    started.signalAll('SIGKILL');
    await started.end;
    expect((await leftBehind()).length).toBeGreaterThan(10);
  });
});

describe('npm start after one that was killed', () => {
  test('takes over, replays the orders, and ends with the figures as the last line and nothing left', async () => {
    start(['--once', '--orders', '20', '--activity', '2', '--json']);
    expect(await started.end).toMatchObject({ code: 0 });
    const figures = JSON.parse(started.stdout.trim().split('\n').at(-1)!) as Figures;
    expect(figures).toMatchObject({ orders: 20, stuck: 0, doubled: 0, activity: { sent: 40, doubled: 0 } });
    const { counted, lost } = figures.activity!;
    expect(counted! + lost!).toBe(40);
    expect(started.progress).toContain(`40 looks sent, ${counted} counted, ${lost} lost`);
    expect(await leftBehind()).toEqual([]);
  });
});

describe('npm start on a warm machine', () => {
  test('runs within 20 s, and Ctrl-C drains it: exit code 0, nothing left', async () => {
    start(['--no-orders']);
    const afterMs = await started.says(running);
    const ordered = await orderOfTheReadme(`http://127.0.0.1:${ports.services.order}`);
    started.signalAll('SIGINT');
    expect(await started.end).toMatchObject({ code: 0 });
    expect(started.progress).toContain('stopped');
    expect(await readFile(join(folder, 'logs/order.log'), 'utf8')).toContain('drained');
    expect(await leftBehind()).toEqual([]);
    expect(ordered).toMatchObject({ status: 'CONFIRMED' });
    expect(afterMs).toBeLessThan(20_000);
  });

  test('stops at once, and leaves nothing, when npm alone is interrupted while servers start', async () => {
    start(['--no-orders']);
    await eventually(() => pidOf('kafka-3').then(() => undefined), 30_000);
    started.signalNpmAlone('SIGINT');
    expect(await started.end).toMatchObject({ code: 130 });
    expect(started.progress).not.toContain('Kafka is up'); // what it was in the middle of is not waited for
    expect(await leftBehind()).toEqual([]);
  });
});

describe('npm start that cannot', () => {
  test('names the broker that does not come up, the end of its log and where that is, and leaves nothing', async () => {
    const identity = join(folder, 'kafka-2/data/meta.properties');
    const right = await readFile(identity, 'utf8');
    await writeFile(identity, right.replace(/node.id=.*/, 'node.id=9'));
    start(['--no-orders']);
    expect(await started.end).toMatchObject({ code: 1 });
    expect(started.progress).toContain(
      `kafka-2 ended while starting. Its log: ${join(folder, 'logs/kafka-2.log')}`,
    );
    expect(started.progress).toContain('If its data is damaged: npm run clean');
    expect(started.progress).not.toMatch(/^ +at .*node:internal/m);
    expect(await leftBehind()).toEqual([]);
    await writeFile(identity, right);
  });

  test('names the taken port, who needs it and how to find who has it, before anything runs', async () => {
    const other = createServer().listen(ports.services.audit, '127.0.0.1');
    await once(other, 'listening');
    start(['--no-orders']);
    expect(await started.end).toMatchObject({ code: 1 });
    expect(started.progress).toMatch(
      new RegExp(
        `Port ${ports.services.audit}, which audit needs, is taken .* \\(ss -ltnp \\| grep ${ports.services.audit}\\)`,
      ),
    );
    expect(started.progress).not.toContain('is up');
    other.close();
    await once(other, 'close');
    expect(await leftBehind()).toEqual([]);
  });

  test('prints the one command that installs a missing tool', async () => {
    start(['--no-orders'], { PATH: dirname(process.execPath) });
    expect(await started.end).toMatchObject({ code: 1 });
    expect(started.progress).toBe(
      'Missing: default-jre-headless, maven. ' +
        'Run: sudo apt-get install -y --no-install-recommends default-jre-headless maven\n',
    );
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('says that the disk is full, and which', async () => {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    try {
      start(['--no-orders']);
      expect(await started.end).toMatchObject({ code: 1 });
      expect(started.progress).toMatch(
        `Less than 500 MB are free for ${folder}. Free some room and try again.`,
      );
    } finally {
      await execute('umount', [folder]);
    }
    expect(await leftBehind()).toEqual([]);
  });

  test.each([
    [['--order', '5'], "Unknown option '--order'"],
    [['--orders', 'many'], '--orders must be a number above 0, not "many"'],
    [['--activity', 'many'], '--activity must be a whole number, 0 or more, not "many"'],
    [['now'], "Unexpected argument 'now'"],
  ])('explains what it takes when it is given %p: exit code 2', async (args, sentence) => {
    start(args);
    expect(await started.end).toMatchObject({ code: 2 });
    expect(started.progress).toContain(sentence);
    expect(started.progress).toContain('npm start -- [options]');
  });

  test('--help says what it takes: exit code 0', async () => {
    start(['--help']);
    expect(await started.end).toMatchObject({ code: 0 });
    expect(started.stdout).toContain('--no-orders   just run');
  });
});

describe('npm run clean', () => {
  test('removes everything once nothing runs', async () => {
    await clean();
    expect(existsSync(folder)).toBe(false);
  });
});

/** Of this site alone. */
const clean = () =>
  execute(process.execPath, ['tools/bootstrap.mjs', 'tools/clean/main.ts', '--site', launcherSite.name], {
    cwd: repository,
  });
