import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../../../../tools/servers/site.ts';

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs `npm run waybill -- …` as a person would, against the system at these addresses. */
export async function waybill(
  addresses: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [join(repository, 'tools/waybill/main.ts'), ...args], {
    cwd: repository,
    env: { ...process.env, NODE_OPTIONS: '', ...addresses },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout };
}
