import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ServerError } from '../servers/servers.errors.ts';
import { repository } from '../servers/site.ts';

const execute = promisify(execFile);
const mostOutput = 64 * 1024 * 1024;

interface Calling {
  readonly signal?: AbortSignal | undefined;
}

/** `docker`, to its end; the answer is what it wrote. A `ServerError` with its last lines when it fails. */
export async function docker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { signal }: Calling = {},
): Promise<string> {
  const options = { cwd: repository, env: { ...process.env, ...env }, maxBuffer: mostOutput, signal };
  try {
    return (await execute('docker', [...args], options)).stdout;
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    const lastLines = (stderr || message).trim().split('\n').slice(-8).join('\n');
    throw new ServerError(`docker ${args.slice(0, 6).join(' ')} failed.\n${lastLines}`, { cause });
  }
}

/** One project of `docker-compose.yml`: its containers, volumes and network, apart from those of other projects. */
export class Compose {
  readonly project: string;
  private readonly env: Readonly<Record<string, string>>;

  /** `env` wins over `.env` and `.env.example`. */
  constructor(project: string, env: Readonly<Record<string, string>> = {}) {
    this.project = project;
    this.env = env;
  }

  run(args: readonly string[], calling: Calling = {}): Promise<string> {
    return docker(['compose', '--project-name', this.project, ...args], this.env, calling);
  }

  /** Everything of it, its data too; also what an earlier run left behind. */
  async remove(): Promise<void> {
    await this.run(['--profile', '*', 'down', '--volumes', '--remove-orphans']);
  }

  /** Containers, volumes and networks, running or not. Empty after `remove`. */
  async left(): Promise<string[]> {
    const mine = ['--filter', `label=com.docker.compose.project=${this.project}`, '--quiet'];
    const lists = [
      ['container', 'ls', '--all', ...mine],
      ['volume', 'ls', ...mine],
      ['network', 'ls', ...mine],
    ];
    const found = await Promise.all(lists.map((list) => docker(list)));
    return lists.flatMap(([kind], index) => linesOf(found[index]!).map((id) => `${kind} ${id}`));
  }

  async containers(): Promise<string[]> {
    return linesOf(await this.run(['ps', '--all', '--quiet']));
  }
}

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);
