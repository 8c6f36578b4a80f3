import { spawn } from 'node:child_process';
import { ServerError } from './servers.errors.ts';

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What a person does about it when it fails. */
  readonly fix?: string;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command to its end; a `ServerError` with its last lines and the fix when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { env, cwd, fix = '', signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd && { cwd }),
      ...(signal && { signal }),
    });
    let output = '';
    const keep = (chunk: Buffer) => (output = (output + chunk).slice(-2_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // Only when it is gone may whoever waits go on: an error is told when the signal is sent, not when it has ended.
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    child.on('close', (code) => {
      const what = `${command} ${args[0] ?? ''} failed (${failure?.message ?? `exit code ${code}`})`;
      if (code === 0) resolve();
      else reject(new ServerError(`${what}. ${fix}\n${output.trim()}`, { cause: failure }));
    });
  });
}
