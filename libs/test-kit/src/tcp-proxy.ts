import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { resetConnection } from './reset-connection.js';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Where a URL without a port leads, for the schemes whose usual port `URL` does not know. */
const usualPorts: Readonly<Record<string, string>> = { 'amqp:': '5672' };

/**
 * Passes bytes on to a server, until it is told to be in the way. Passing, holding and swallowing keep connections and
 * take new ones; refusing has none.
 */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private state: 'passing' | 'holding' | 'swallowing' | 'refusing' = 'passing';
  private target: URL;
  private readonly listener: Server;

  private constructor(target: URL, listener: Server) {
    this.target = target;
    this.listener = listener;
    listener.on('connection', (client) => this.join(client));
  }

  /** To the server at this URL, or on this port of this machine. */
  static async to(target: URL | number): Promise<TcpProxy> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new TcpProxy(typeof target === 'number' ? new URL(`tcp://127.0.0.1:${target}`) : target, listener);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** The target's address with this proxy in its place. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** New connections lead to the server at this URL; open ones stay, as when a name is given to another machine. */
  leadTo(target: URL): void {
    this.target = target;
  }

  /** From now on the server hears its clients, and they hear nothing until it may pass: then they hear all of it. */
  holdAnswers(): void {
    this.turn('holding');
  }

  /** From now on the server hears its clients, and what it answers is lost. */
  swallowAnswers(): void {
    this.turn('swallowing');
  }

  /** Connections that lost an answer cannot be mended: they are cut. */
  pass(): void {
    if (this.state === 'swallowing') this.cut();
    this.turn('passing');
  }

  /** Resets every connection; new ones are accepted, unless it refuses them. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      resetConnection(client);
      server.destroy();
    }
  }

  refuse(): void {
    this.turn('refusing');
    this.cut();
  }

  async close(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private turn(state: TcpProxy['state']): void {
    this.state = state;
    for (const pair of this.pairs) this.answer(pair);
  }

  private join(client: Socket): void {
    if (this.state === 'refusing') return resetConnection(client);
    const server = connect(
      Number(this.target.port || usualPorts[this.target.protocol]),
      this.target.hostname,
    );
    const pair = { client, server };
    this.pairs.add(pair);
    client.pipe(server);
    this.answer(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.part(pair)); // a reset is what this class is for
      socket.on('close', () => this.part(pair));
    }
  }

  /** What the server says goes to the client, nowhere, or waits in the socket. */
  private answer({ client, server }: Pair): void {
    server.unpipe(client);
    if (this.state === 'passing') server.pipe(client);
    if (this.state === 'swallowing') server.resume();
  }

  private part(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
