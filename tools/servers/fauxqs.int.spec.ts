import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@waybill/test-kit';
import { fauxqsServer } from './fauxqs.ts';
import { launch } from './launch.ts';
import { killServer } from './running.ts';
import { siteAt, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-fauxqs-'));
  const { ports, ...rest } = siteAt('alone', folder, 0, 0);
  site = { ...rest, ports: { ...ports, aws: await freePort() } };
  await launch(site, fauxqsServer(site));
});
afterAll(async () => {
  await killServer(site, 'fauxqs');
  await rm(site.folder, { recursive: true });
});

const bucket = () => `http://127.0.0.1:${site.ports.aws}/invoices`;

test('SQS and S3 of a site keep what they are told when they are killed, and no log of who asked', async () => {
  expect((await fetch(bucket(), { method: 'PUT' })).status).toBe(200);
  expect((await fetch(`${bucket()}/1`, { method: 'PUT', body: 'an invoice' })).status).toBe(200);
  await killServer(site, 'fauxqs');
  await launch(site, fauxqsServer(site));
  expect(await (await fetch(`${bucket()}/1`)).text()).toBe('an invoice');
  expect(await readFile(join(site.folder, 'logs/fauxqs.log'), 'utf8')).toBe('');
});
