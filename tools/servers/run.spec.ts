import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

test('a command that fails is told with its last lines and what to do about it', async () => {
  await expect(
    run('sh', ['-c', 'echo half a disk; exit 3'], { fix: 'Free some room.' }),
  ).rejects.toMatchObject({
    name: 'ServerError',
    message: 'sh -c failed (exit code 3). Free some room.\nhalf a disk',
  });
});

test('a command that is not there is told by its name', async () => {
  await expect(run('no-such-tool', ['install'])).rejects.toMatchObject({
    name: 'ServerError',
    message: expect.stringContaining('no-such-tool install failed (spawn no-such-tool ENOENT)'),
  });
});

test('an interrupted command is gone when that is told', async () => {
  const interrupt = new AbortController();
  const running = run('sh', ['-c', 'echo $$; exec sleep 600'], { signal: interrupt.signal });
  setImmediate(() => interrupt.abort());
  const { message } = (await running.catch((error: unknown) => error)) as Error;
  const pid = /^\d+$/m.exec(message)?.[0];
  // It may have been told before it could say who it is; then it never was more than that.
  if (pid) await expect(readFile(`/proc/${pid}/stat`)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(message).toContain('sh -c failed (The operation was aborted)');
});

test('nothing is begun after the interrupt', async () => {
  const running = run('sh', ['-c', 'exit 0'], { signal: AbortSignal.abort(new Error('interrupted')) });
  await expect(running).rejects.toThrow('interrupted');
});
