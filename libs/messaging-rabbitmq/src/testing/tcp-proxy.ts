import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Passes bytes on, until told to cut connections or to keep back what the server answers. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private mode: 'passing' | 'holdingAnswers' | 'refusing' = 'passing';

  private constructor(
    private readonly target: URL,
    private readonly listener: Server,
  ) {
    listener.on('connection', (client) => this.join(client));
  }

  static async to(target: URL): Promise<TcpProxy> {
    const listener = createServer({ allowHalfOpen: false });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(target, listener);
  }

  /** The target's address with this proxy in its place. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.toString();
  }

  /** From now on nothing of what the server says reaches the clients; their own bytes still pass. */
  holdAnswers(): void {
    this.mode = 'holdingAnswers';
    for (const { server } of this.pairs) server.pause();
  }

  pass(): void {
    this.mode = 'passing';
    for (const { server } of this.pairs) server.resume();
  }

  /** Resets every connection; new ones are accepted, unless `refuse` came before. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  refuse(): void {
    this.mode = 'refusing';
    this.cut();
  }

  async close(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: Socket): void {
    if (this.mode === 'refusing') return void client.resetAndDestroy();
    const server = connect(Number(this.target.port || 5672), this.target.hostname);
    const pair = { client, server };
    this.pairs.add(pair);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => client.write(bytes));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.part(pair)); // a reset is what this class is for
      socket.on('close', () => this.part(pair));
    }
  }

  private part(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
