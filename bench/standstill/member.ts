import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const program = new URL('member-process.ts', import.meta.url);

export interface MemberSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
}

export interface Handled {
  readonly partition: number;
  readonly atMs: number;
}

/** The parent's end of a member: what it has handled, and its end. */
export class Member {
  readonly handled: Handled[] = [];
  private readonly child: ChildProcess;

  constructor(settings: MemberSettings) {
    this.child = fork(program, [JSON.stringify(settings)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.child.on('message', (message) => this.handled.push(message as Handled));
  }

  /** The partition of the latest message. */
  get partition(): number | undefined {
    return this.handled.at(-1)?.partition;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
