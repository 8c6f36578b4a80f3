import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = new URL('main.ts', import.meta.url).pathname;
const names = ['orders', 'pipeline', 'outbox', 'brokers', 'standstill', 'telemetry', 'which-broker'];

const bench = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [program, ...args], { env: { ...process.env, NODE_OPTIONS: '' } });

test.each(names)('%s --help says what it measures and takes', async (name) => {
  expect((await bench(name, '--help')).stdout).toContain(`npm run bench -- ${name}`);
});

test.each([
  [['orders', '--rounds', 'none'], '--rounds must be a number above 0, not "none"'],
  [['telemetry', '--orders', '0'], '--orders must be a number above 0, not "0"'],
  [['standstill', '--nope'], "Unknown option '--nope'"],
  [['nothing'], 'no benchmark "nothing"; there are: orders'],
])('%j is refused with a sentence, before anything is started', async (args, sentence) => {
  await expect(bench(...args)).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^${sentence.replace(/[()?]/g, '\\$&')}`)),
  });
});
