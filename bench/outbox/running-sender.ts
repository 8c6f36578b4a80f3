import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FromSender, SenderSettings, ToSender } from './sender.ts';

const program = new URL('sender-process.ts', import.meta.url);

/** The parent's end of a sender process. */
export class RunningSender {
  sent = 0;
  private readonly child: ChildProcess;
  private readonly onSent: () => void;
  private usage = Promise.withResolvers<number>();
  private readonly ready = Promise.withResolvers<void>();

  private constructor(module: string, settings: SenderSettings, onSent: () => void) {
    this.onSent = onSent;
    this.child = fork(program, [module, JSON.stringify(settings)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.child.on('message', (message) => this.hear(message as FromSender));
    this.child.once('exit', (code) => this.ended(code));
  }

  static async start(module: string, settings: SenderSettings, onSent: () => void): Promise<RunningSender> {
    const sender = new RunningSender(module, settings, onSent);
    await sender.ready.promise;
    return sender;
  }

  wake(): void {
    this.tell('wake');
  }

  cpuSeconds(): Promise<number> {
    this.usage = Promise.withResolvers();
    this.tell('usage');
    return this.usage.promise;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.tell('stop');
    await ended;
  }

  private tell(message: ToSender): void {
    this.child.send(message);
  }

  private hear(message: FromSender): void {
    if (message.kind === 'ready') this.ready.resolve();
    else if (message.kind === 'usage') this.usage.resolve(message.cpuSeconds);
    else {
      this.sent += message.count;
      this.onSent();
    }
  }

  private ended(code: number | null): void {
    this.ready.reject(new Error(`a sender ended with ${code} before it was ready`));
    this.usage.reject(new Error(`a sender ended with ${code}`));
    this.usage.promise.catch(() => 'nobody may be asking');
  }
}
