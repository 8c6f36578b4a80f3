import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes bytes on to a server until it is cut; from then on it accepts nobody, until it is restored. */
export class Tunnel {
  private readonly sockets = new Set<Socket>();
  private state: 'whole' | 'cut' = 'whole';
  private readonly target: URL;
  private readonly listener: Server;

  private constructor(target: URL, listener: Server) {
    this.target = target;
    this.listener = listener;
    listener.on('connection', (client) => this.join(client));
  }

  static async to(target: URL): Promise<Tunnel> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new Tunnel(target, listener);
  }

  /** The target's address with this tunnel in its place. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  restore(): void {
    this.state = 'whole';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: Socket): void {
    if (this.state === 'cut') return void client.resetAndDestroy();
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy()); // a reset is what this class is for
      one.on('close', () => this.sockets.delete(one) && other.destroy());
    }
  }
}
