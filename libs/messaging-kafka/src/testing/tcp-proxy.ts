import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Passes bytes on to a port of this machine, until told to swallow what the server answers or to refuse everybody. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private mode: 'passing' | 'swallowing' | 'refusing' = 'passing';

  private constructor(
    private readonly target: number,
    private readonly listener: Server,
  ) {
    listener.on('connection', (client) => this.join(client));
  }

  static async to(target: number): Promise<TcpProxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(target, listener);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** From now on clients are heard and get no answer. */
  swallowAnswers(): void {
    this.mode = 'swallowing';
  }

  refuse(): void {
    this.mode = 'refusing';
    this.cut();
  }

  /** Connections that lost an answer cannot be mended: they are cut. */
  pass(): void {
    this.mode = 'passing';
    this.cut();
  }

  async close(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private cut(): void {
    for (const pair of this.pairs) this.part(pair);
  }

  private join(client: Socket): void {
    if (this.mode === 'refusing') return void client.resetAndDestroy();
    const server = connect(this.target, '127.0.0.1');
    const pair = { client, server };
    this.pairs.add(pair);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.mode === 'swallowing' || client.write(bytes));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.part(pair)); // a reset is what this class is for
      socket.on('close', () => this.part(pair));
    }
  }

  private part(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.destroy();
  }
}
