import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../../../../tools/servers/site.ts';

export interface CommandEnd {
  /** Nothing when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
}

export interface RunningCommand {
  readonly end: Promise<CommandEnd>;
  /** SIGKILL. False where it was over already. */
  kill(): boolean;
}

type Addresses = Readonly<Record<string, string>>;

/** Runs `npm run waybill -- …` as a person would, against the system at these addresses. */
export const waybill = (addresses: Addresses, ...args: readonly string[]): Promise<CommandEnd> =>
  startWaybill(addresses, ...args).end;

export function startWaybill(addresses: Addresses, ...args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [join(repository, 'tools/waybill/main.ts'), ...args], {
    cwd: repository,
    env: { ...process.env, NODE_OPTIONS: '', ...addresses },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const end = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout }));
  return { end, kill: () => child.kill('SIGKILL') };
}
