import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { testBrokers } from './test-environment.js';

const script = new URL('./write-and-relay.mjs', import.meta.url).pathname;

/** A process that writes outbox rows and relays them, and what it said of them. */
export class RelayingProcess {
  readonly committed = new Set<string>();
  readonly confirmed = new Set<string>();
  private rest = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (chunk: Buffer) => this.hear(chunk.toString()));
  }

  /** `life` begins the keys that it writes, so that no two write the same. */
  static start(life: string, databaseUrl: string, topic: string): RelayingProcess {
    const settings = {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: testBrokers().join(','),
      TOPIC: topic,
      LIFE: life,
    };
    const env = { ...process.env, NODE_OPTIONS: '', ...settings };
    return new RelayingProcess(
      spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  }

  /** Resolves when it is gone and all that it said is heard. */
  async kill(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }

  /** A line that was cut off was not said. */
  private hear(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!;
    for (const [word, ...texts] of lines.map((line) => line.split(' '))) {
      const heard = word === 'committed' ? this.committed : this.confirmed;
      for (const text of texts) heard.add(text);
    }
  }
}
