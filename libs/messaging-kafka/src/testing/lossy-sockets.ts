import type { ISocketFactory } from 'kafkajs';
import { connect } from 'node:net';

/** By Kafka's protocol, the number of each kind of request. */
export const requests = { fetch: 1, offsetCommit: 8, joinGroup: 11, heartbeat: 12, leaveGroup: 13 } as const;

type Kind = keyof typeof requests;

/** The sockets of one client, which lose all requests of the kinds they are told: as if a broker never answered those. */
export class LossySockets {
  /** How many were lost. */
  lost = 0;
  private losing: readonly number[] = [];
  private failing: readonly number[] = [];

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    socket.write = (bytes: Buffer): boolean => {
      // Length, then the kind.
      const kind = bytes.readInt16BE(4);
      if (this.failing.includes(kind))
        throw Object.assign(new Error('this is the end'), { retriable: false });
      const loses = this.losing.includes(kind);
      if (loses) this.lost++;
      return loses || write(bytes);
    };
    return socket;
  };

  lose(...kinds: readonly Kind[]): void {
    this.losing = kinds.map((kind) => requests[kind]);
  }

  /** With an error that kafkajs does not get over. */
  fail(...kinds: readonly Kind[]): void {
    this.failing = kinds.map((kind) => requests[kind]);
  }

  heal(): void {
    this.losing = [];
    this.failing = [];
  }
}
