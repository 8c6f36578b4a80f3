import type { ISocketFactory } from 'kafkajs';
import { connect } from 'node:net';

/** By Kafka's protocol, the number of each kind of request. */
export const requests = { fetch: 1, offsetCommit: 8, joinGroup: 11, heartbeat: 12, leaveGroup: 13 } as const;

type Kind = keyof typeof requests;

interface Trouble {
  readonly losing: readonly number[];
  readonly failing: readonly number[];
}

const none: Trouble = { losing: [], failing: [] };

/**
 * The sockets of one adapter. Those that are open when trouble is asked for lose all requests of some kinds, as if a
 * broker never answered those, or fail at them; later ones are sound.
 */
export class LossySockets {
  /** How many requests were lost. */
  lost = 0;
  private readonly troubles: { trouble: Trouble }[] = [];

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    const own = { trouble: none };
    this.troubles.push(own);
    socket.write = (bytes: Buffer): boolean => this.meets(own.trouble, bytes) || write(bytes);
    return socket;
  };

  lose(...kinds: readonly Kind[]): void {
    this.change({ losing: kinds.map((kind) => requests[kind]) });
  }

  /** With an error that kafkajs does not get over. */
  fail(...kinds: readonly Kind[]): void {
    this.change({ failing: kinds.map((kind) => requests[kind]) });
  }

  heal(): void {
    this.change(none);
  }

  private change(change: Partial<Trouble>): void {
    for (const own of this.troubles) own.trouble = { ...own.trouble, ...change };
  }

  /** Whether the request is lost. */
  private meets({ losing, failing }: Trouble, bytes: Buffer): boolean {
    const kind = bytes.readInt16BE(4); // after the length
    if (failing.includes(kind)) throw Object.assign(new Error('this is the end'), { retriable: false });
    if (!losing.includes(kind)) return false;
    this.lost++;
    return true;
  }
}
