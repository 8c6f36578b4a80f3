/**
 * `node tools/bootstrap.mjs script.ts [options]`: what `npm start` and `npm test` begin with, on Node's built-ins and
 * whatever Node the machine has. Installs the dependencies when they are missing or stale, then goes on as Node 24.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const node = join(repository, 'node_modules/node/bin/node');
const stamp = join(repository, 'node_modules/.waybill-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(repository, 'package-lock.json')))
  .digest('hex');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const startedAt = Date.now();
let interrupted = false;

if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('installing dependencies (npm ci) …\n');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund'], ['ignore', 'ignore', 'inherit']);
  if (interrupted) process.exit(130);
  if (code !== 0) {
    process.stderr.write('npm ci failed; see above. It needs the npm registry, and some room on the disk.\n');
    process.exit(code);
  }
  writeFileSync(stamp, lock);
}
process.env.WAYBILL_STARTED_AT ??= String(startedAt);
// TypeScript without a compiler is experimental; kafkajs sets timers for times that are past, which does no harm.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
process.exit(await run(node, [...quiet, ...process.argv.slice(2)], 'inherit'));

/**
 * The exit code, as a shell counts it. Signals are passed on, because they may be sent to us alone; those of the
 * terminal reach the child twice, which it must not mind.
 */
function run(command, args, stdio) {
  const child = spawn(command, args, { cwd: repository, stdio });
  const pass = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      for (const each of signals) process.off(each, pass);
      done(code ?? 128 + constants.signals[signal]);
    });
  });
}
