import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { resetConnection } from '@waybill/test-kit';

/** CommandComplete of a COMMIT, as PostgreSQL sends it: type, length, tag. */
const committed = Buffer.concat([Buffer.from('C'), Buffer.from([0, 0, 0, 11]), Buffer.from('COMMIT\0')]);
/** A COMMIT on its way to the server, whether as a simple query or prepared. */
const commit = Buffer.from('COMMIT\0');

const insert = Buffer.from('INSERT INTO orders');

type Losing = 'nothing' | 'the COMMIT' | 'its answer';

/**
 * Passes a database's bytes on, until told to lose a COMMIT or the answer to it, and the connection with it: of the next
 * transaction that inserts an order, since others run beside it.
 */
export class CommitProxy {
  lost = 0;
  private losing: Losing = 'nothing';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly target: URL,
    private readonly listener: Server,
  ) {
    listener.on('connection', (client) => this.join(client));
  }

  static async to(databaseUrl: string): Promise<CommitProxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new CommitProxy(new URL(databaseUrl), listener);
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  loseNext(losing: Exclude<Losing, 'nothing'>): void {
    this.losing = losing;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: Socket): void {
    const server = connect(Number(this.target.port || 5_432), this.target.hostname);
    let inserts = false;
    const cut = () => {
      resetConnection(client);
      server.destroy();
    };
    client.on('data', (bytes) => {
      inserts ||= bytes.includes(insert);
      if (inserts && this.loses('the COMMIT', bytes, commit)) cut();
      else server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (inserts && this.loses('its answer', bytes, committed)) cut();
      else client.write(bytes);
    });
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut); // a reset is what this class is for
      socket.on('close', () => (this.sockets.delete(socket), cut()));
    }
  }

  private loses(what: Losing, bytes: Buffer, sign: Buffer): boolean {
    if (this.losing !== what || !bytes.includes(sign)) return false;
    this.losing = 'nothing';
    this.lost++;
    return true;
  }
}
