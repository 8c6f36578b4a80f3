import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** Resolves with what the command printed; a lint that finds something exits with 1, so the code says nothing here. */
function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [`node_modules/.bin/${program}`, ...args], { cwd: repository, env });
  child.stdin.end(input);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', () => done(output));
  });
}

/** The rules that one line of code breaks when it stands in the given file. */
async function lint(file: string, code: string): Promise<string[]> {
  const output = await run('eslint', ['--stdin', '--stdin-filename', file, '--format', 'json'], `${code}\n`);
  const [result] = JSON.parse(output) as { messages: { ruleId: string }[] }[];
  return result!.messages.map(({ ruleId }) => ruleId);
}

// Without Nx's project graph the boundary rule is silent; the command makes it.
beforeAll(() => run('nx', ['show', 'projects']), 60_000);

describe('the boundary lint', () => {
  test.each([
    ['a library that imports one above it', 'libs/messaging/src/broker.ts', "import '@waybill/contracts';"],
    [
      'a library that imports an app',
      'libs/outbox/src/index.ts',
      "import '../../../apps/order/src/main.js';",
    ],
    ['an app that imports another app', 'apps/order/src/main.ts', "import '../../payment/src/main.js';"],
    ['Nest outside its libraries', 'libs/messaging/src/broker.ts', "import '@nestjs/common';"],
    ['a broker’s client outside its adapter', 'libs/outbox/src/index.ts', "import 'kafkajs';"],
    ['Redis’s client outside the inbox', 'libs/outbox/src/index.ts', "import '@redis/client';"],
    ['Redis’s client in an app', 'apps/order/src/main.ts', "import '@redis/client';"],
  ])(
    'refuses %s',
    async (_, file, code) => {
      expect(await lint(file, code)).toContain('@nx/enforce-module-boundaries');
    },
    60_000,
  );

  test('accepts an import from below', async () => {
    expect(await lint('libs/outbox/src/index.ts', "import '@waybill/messaging';")).toEqual([]);
  });
});
