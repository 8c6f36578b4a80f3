import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../servers/site.ts';
import type { Addresses } from './shop-api.ts';

const execute = promisify(execFile);
const why = ['--actor', 'an operator', '--reason', 'to see its trace'];

/** `npm run waybill -- …`, as a person would; rejects with what it said when it fails. */
export async function operate(addresses: Addresses, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: '', ...addresses };
  const command = [join(repository, 'tools/waybill/main.ts'), ...args, ...why];
  await execute(process.execPath, command, { cwd: repository, env });
}
