import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** In front of a broker: passes bytes on, but for the version in its greeting, in whose place stands one of the same length. */
export class RenamedBroker {
  private readonly sockets = new Set<Socket>();
  private readonly listener = createServer((client) => this.join(client));
  private readonly target: URL;
  private readonly versions: readonly [real: string, called: string];

  private constructor(target: URL, versions: readonly [real: string, called: string]) {
    this.target = target;
    this.versions = versions;
  }

  static async listen(url: string, real: string, called: string): Promise<RenamedBroker> {
    const renamed = new RenamedBroker(new URL(url), [real, called]);
    await once(renamed.listener.listen(0, '127.0.0.1'), 'listening');
    return renamed;
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  close(): Promise<unknown> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.listener.close(resolve));
  }

  /** The greeting is the first thing that the broker says, and comes in one piece on loopback. */
  private join(client: Socket): void {
    const server = connect(Number(this.target.port || 5672), this.target.hostname);
    client.pipe(server);
    server.once('data', (greeting) => {
      const [real, called] = this.versions;
      client.write(greeting.toString('latin1').replace(real, called), 'latin1');
      server.pipe(client);
    });
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined); // whoever closes first
      socket.on('close', () => (client.destroy(), server.destroy()));
    }
  }
}
