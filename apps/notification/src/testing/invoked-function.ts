import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const runtime = fileURLToPath(new URL('./function-runtime.mjs', import.meta.url));

/** The built function in a process of its own, called as Lambda's runtime would. */
export class InvokedFunction {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it has been loaded. */
  static async start(env: Readonly<Record<string, string>>): Promise<InvokedFunction> {
    const child = fork(runtime, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await answerOf(child);
    return new InvokedFunction(child);
  }

  async invoke<Answer>(event: unknown, remainingMs: number): Promise<Answer> {
    this.child.send({ event, remainingMs });
    return (await answerOf(this.child)) as Answer;
  }

  /** SIGTERM; resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = (await exited) as [number | null];
    return code;
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the function ended with ${String(code)}`);
    }),
  ])) as [unknown];
  return answer;
}
