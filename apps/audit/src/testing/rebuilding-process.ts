import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { SalesWorld } from './sales-world.js';

const script = new URL('./rebuild-and-stand-still.mjs', import.meta.url).pathname;

/** A rebuild in a process of its own, which stands still in the middle and can only be killed. */
export class RebuildingProcess {
  static readonly never = 2;

  private constructor(private readonly child: ChildProcess) {}

  /** `standStillAt`: 0 with the first events read, 1 with all of them, before the new generation serves; `never`. */
  static start({ databaseUrl, kafka, names }: SalesWorld, standStillAt: number): RebuildingProcess {
    const settings = {
      NODE_OPTIONS: '',
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: kafka.brokers.join(','),
      GROUP: names.group,
      FROM: names.from,
      STAND_STILL_AT: String(standStillAt),
    };
    const env = { ...process.env, ...settings };
    return new RebuildingProcess(
      spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  }

  /** How many events it has read by then, of how many. */
  async standsStill(): Promise<{ readonly read: number; readonly inAll: number }> {
    const ended = once(this.child, 'close').then(([code]) => {
      throw new Error(`the rebuild ended (${code}) and did not stand still`);
    });
    const [told] = (await Promise.race([once(this.child.stdout!, 'data'), ended])) as [Buffer];
    ended.catch(() => undefined); // by the kill
    return JSON.parse(String(told)) as { read: number; inAll: number };
  }

  /** SIGKILL; whether that ended it, and nothing before. */
  async kill(): Promise<boolean> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return false;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
    return this.child.signalCode === 'SIGKILL';
  }
}
