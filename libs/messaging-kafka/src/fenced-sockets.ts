import type { ISocketFactory } from 'kafkajs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { KafkaClosedError } from './kafka.errors.js';

const keepAliveMs = 60_000;

/**
 * The sockets of one kafkajs client. kafkajs cannot be told to stop: after `disconnect` a send in its retry loop
 * connects again, and a disconnect can wait for ever for an answer. Fencing destroys what is open and refuses what is
 * asked for later, so that whatever still runs inside fails and ends, and nothing of it reaches a broker any more.
 */
export class FencedSockets {
  private readonly open = new Set<Socket>();
  private state: 'open' | 'fenced' = 'open';

  constructor(private readonly create: ISocketFactory = plainSocket) {}

  readonly factory: ISocketFactory = (target) => {
    if (this.state === 'fenced') throw new KafkaClosedError('this client was given up');
    const socket = this.create(target);
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    socket.on('error', () => undefined); // kafkajs takes its own listeners away before a socket is gone
    return socket.setMaxListeners(0); // kafkajs hangs up again and again on a dead one, which Node takes for a leak
  };

  /** Written by us and not taken by the system yet: what a peer that does not read leaves standing. */
  get waitingBytes(): number {
    return [...this.open].reduce((sum, { writableLength }) => sum + writableLength, 0);
  }

  /** An error on each socket is what makes kafkajs reject the requests in flight; a silent end would not. */
  fence(): void {
    this.state = 'fenced';
    for (const socket of this.open) socket.destroy(new KafkaClosedError('this client was given up'));
  }
}

const plainSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const servername = isIP(host) ? {} : { servername: host };
  const socket = ssl
    ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveMs).setNoDelay(true);
};
