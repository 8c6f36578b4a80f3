import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@waybill/test-kit';
import { expect } from '@jest/globals';
import { launcherSite, repository } from '../../servers/site.ts';

interface Environment {
  readonly PATH?: string;
}

/** `npm start -- --site launcher …` as a person types it: npm, what it starts, and all of that in one process group. */
export class NpmStart {
  readonly startedAt = Date.now();
  /** Standard error, where progress goes. */
  progress = '';
  stdout = '';
  private readonly npm: ChildProcess;
  /** How it ended and after how long. Never rejects. */
  readonly end: Promise<{ readonly code: number | null; readonly afterMs: number }>;

  constructor(args: readonly string[], environment: Environment = {}) {
    const [command, ...first] = environment.PATH === undefined ? npmStart : withoutNpm;
    this.npm = spawn(command!, [...first, '--native', '--site', launcherSite.name, ...args], {
      cwd: repository,
      env: { ...process.env, NODE_OPTIONS: '', WAYBILL_STARTED_AT: undefined, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.npm.stderr!.on('data', (chunk: Buffer) => (this.progress += chunk.toString()));
    this.npm.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.end = once(this.npm, 'close').then(([code]) => ({
      code: code as number | null,
      afterMs: Date.now() - this.startedAt,
    }));
  }

  /** Resolves with the milliseconds since the command was given. */
  async says(text: string, withinMs = 60_000): Promise<number> {
    await eventually(() => expect(this.progress).toContain(text), withinMs);
    return Date.now() - this.startedAt;
  }

  /** What Ctrl-C in a terminal does: every process of the group is told. */
  signalAll(signal: NodeJS.Signals): void {
    process.kill(-this.npm.pid!, signal);
  }

  /** What `kill` does, or a program that started npm. */
  signalNpmAlone(signal: NodeJS.Signals): void {
    process.kill(this.npm.pid!, signal);
  }
}

const npmStart = ['npm', 'start', '--silent', '--'];
/** Where npm itself would not be found. */
const withoutNpm = [process.execPath, 'tools/bootstrap.mjs', 'tools/start/main.ts'];
