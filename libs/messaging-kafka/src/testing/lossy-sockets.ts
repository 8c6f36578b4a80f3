import type { ISocketFactory } from 'kafkajs';
import { connect } from 'node:net';

/** By Kafka's protocol, the number of each kind of request. */
export const requests = { fetch: 1, offsetCommit: 8, heartbeat: 12, leaveGroup: 13 } as const;

/** The sockets of one client, which lose all requests of the kinds they are told: as if a broker never answered those. */
export class LossySockets {
  /** How many were lost. */
  lost = 0;
  private losing: readonly number[] = [];

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    socket.write = (bytes: Buffer): boolean => {
      // Length, then the kind.
      const loses = this.losing.includes(bytes.readInt16BE(4));
      if (loses) this.lost++;
      return loses || write(bytes);
    };
    return socket;
  };

  lose(...kinds: readonly (keyof typeof requests)[]): void {
    this.losing = kinds.map((kind) => requests[kind]);
  }
}
