import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** SIGKILL to one broker of the test site: what a crash looks like. */
export const killBroker = (node: number): Promise<unknown> => servers('kill', node);

/** Resolves when it answers on its port. */
export const startBroker = (node: number): Promise<unknown> => servers('start', node);

/** SIGSTOP: it keeps its connections, and answers nothing until it is resumed. */
export const pauseBroker = (node: number): Promise<unknown> => servers('pause', node);

export const resumeBroker = (node: number): Promise<unknown> => servers('resume', node);

function servers(command: string, node: number): Promise<unknown> {
  const args = ['tools/servers/main.ts', command, `kafka-${node}`, '--site', 'test'];
  return promisify(execFile)(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
