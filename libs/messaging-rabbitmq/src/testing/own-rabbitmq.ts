import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';

/** A RabbitMQ of a test's own, whose alarms and settings harm nobody else. */
export class OwnRabbitmq {
  private readonly processes: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    private readonly ports: readonly [amqp: number, distribution: number, mapper: number],
    private readonly settings: readonly string[],
  ) {}

  /** `settings`: lines of its configuration file. */
  static async start(...settings: readonly string[]): Promise<OwnRabbitmq> {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-rabbitmq-'));
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const server = new OwnRabbitmq(folder, ports, settings);
    await server.up();
    return server;
  }

  get url(): string {
    return `amqp://127.0.0.1:${this.ports[0]}`;
  }

  /** The memory alarm: RabbitMQ blocks every connection that publishes. */
  async raiseMemoryAlarm(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.0001');
  }

  async clearMemoryAlarm(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.4');
  }

  /** The disk alarm: RabbitMQ wants more free space than there is, and blocks as it does for memory. */
  async raiseDiskAlarm(): Promise<void> {
    await this.control('set_disk_free_limit', '900000GB');
  }

  async clearDiskAlarm(): Promise<void> {
    await this.control('set_disk_free_limit', '50MB');
  }

  async stop(): Promise<void> {
    for (const child of this.processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async up(): Promise<void> {
    const [amqp, , mapper] = this.ports;
    await writeFile(join(this.folder, 'enabled_plugins'), '[].\n');
    const own = [`listeners.tcp.1 = 127.0.0.1:${amqp}`, 'disk_free_limit.absolute = 50MB', ...this.settings];
    await writeFile(join(this.folder, 'rabbitmq.conf'), own.map((line) => `${line}\n`).join(''));
    this.run('/usr/bin/epmd', '-port', String(mapper), '-address', '127.0.0.1');
    this.run('/usr/lib/rabbitmq/bin/rabbitmq-server');
    await this.answers();
  }

  private run(command: string, ...args: readonly string[]): void {
    this.processes.push(spawn(command, args, { env: this.environment(), stdio: 'ignore' }));
  }

  private async answers(): Promise<void> {
    for (const end = Date.now() + 60_000; ;) {
      const model = await connect(this.url).catch(() => undefined);
      if (model) return model.close();
      if (Date.now() > end) throw new Error(`RabbitMQ is not up; see ${this.folder}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private control(...args: readonly string[]): Promise<unknown> {
    return promisify(execFile)('/usr/lib/rabbitmq/bin/rabbitmqctl', args, { env: this.environment() });
  }

  private environment(): NodeJS.ProcessEnv {
    const [amqp, distribution, mapper] = this.ports;
    return {
      ...process.env,
      HOME: this.folder,
      RABBITMQ_NODENAME: `waybill-own-${amqp}@localhost`,
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_MNESIA_BASE: join(this.folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'enabled_plugins'),
      RABBITMQ_PID_FILE: join(this.folder, 'pid'),
      ERL_EPMD_PORT: String(mapper),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_ALLOW_INPUT: 'true',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false -noinput +S 1:1 +sbwt none',
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
