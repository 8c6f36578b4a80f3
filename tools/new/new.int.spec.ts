import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { repository } from '../servers/site.ts';

jest.setTimeout(240_000);

const exec = promisify(execFile);
const bin = (name: string): string => join(repository, 'node_modules', name);
let copy: string;

/** What is committed or about to be, with what was built of it: the rest of this repository's folder is nobody's. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'waybill-new-'));
  const listed = await git('ls-files', '--cached', '--others', '--exclude-standard', '-z');
  const built = await git('ls-files', '--others', '--ignored', '--exclude-standard', '-z', 'apps', 'libs');
  for (const path of [...listed, ...built].filter((each) => !each.includes('node_modules/'))) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await cp(join(repository, path), join(copy, path), { preserveTimestamps: true, verbatimSymlinks: true });
  }
  await linkPackages();
});
afterAll(() => rm(copy, { recursive: true, force: true }));

test('a contract and its handler pass format, lint, types and their specs as they are made', async () => {
  expect(await make('contract', 'order.shipped')).toContain('libs/contracts/src/orders/order-shipped.ts');
  expect(await make('handler', 'order.shipped', '--app', 'payment')).toContain(
    'apps/payment/src/orders/on-order-shipped.handler.ts',
  );
  await node(bin('prettier/bin/prettier.cjs'), '--check', 'apps', 'libs/contracts', 'docs/reference');
  await node(bin('eslint/bin/eslint.js'), 'libs/contracts/src', 'apps/payment/src/orders', 'apps/*/src/*.ts');
  await node(bin('typescript/bin/tsc'), '-b');
  await node(bin('typescript/bin/tsc'), '-p', 'tsconfig.spec.json');
  const specs = 'tools/contracts/contracts.spec|on-order-shipped';
  const { stderr } = await node(
    '--experimental-vm-modules',
    bin('jest/bin/jest.js'),
    '--testPathPatterns',
    specs,
  );
  expect(stderr).toContain('Test Suites: 2 passed, 2 total');
});

test.each([
  ['there is a contract order.created already', ['contract', 'order.created']],
  ['is no name of an event', ['contract', 'Order.Shipped']],
  ['is no name of an event', ['contract', 'parcel.sent']],
  ['there is no contract "order.lost"', ['handler', 'order.lost', '--app', 'order']],
  ['there is no app "shop"', ['handler', 'order.created', '--app', 'shop']],
  ['order has OnPaymentCaptured already', ['handler', 'payment.captured', '--app', 'order']],
  ['payment.requested is no event on Kafka', ['handler', 'payment.requested', '--app', 'payment']],
  ['In which app?', ['handler', 'order.created']],
])('refuses in a sentence: %s', async (sentence, args) => {
  const failure = await make(...args).catch((error: { code: number; stderr: string }) => error);
  expect(failure).toMatchObject({ code: 2, stderr: expect.stringMatching(new RegExp(sentence, 'i')) });
});

test('says with --help what it makes', async () => {
  expect(await make('--help')).toContain('handler TYPE --app APP');
});

const make = async (...args: string[]): Promise<string> => (await node('tools/new/main.ts', ...args)).stdout;
const node = (...args: string[]) => exec(process.execPath, args, { cwd: copy, env: alone });
const alone = { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning', NX_DAEMON: 'false' };

async function git(...args: string[]): Promise<string[]> {
  const { stdout } = await exec('git', args, { cwd: repository, maxBuffer: 2 ** 26 });
  return stdout.split('\0').filter(Boolean);
}

/** All packages are this repository's, but the workspace's own are the copy's. */
async function linkPackages(): Promise<void> {
  const [from, to] = [join(repository, 'node_modules'), join(copy, 'node_modules')];
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (name.startsWith('@waybill'))
      await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else await symlink(join(from, name), join(to, name));
  }
}
