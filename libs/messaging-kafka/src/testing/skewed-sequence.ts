import type { ISocketFactory } from 'kafkajs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';

const crc32C = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C') as (
  bytes: Buffer,
) => number;

const produce = 0;

/**
 * The sockets of one publisher. Told to, they raise the sequence of the next batch that goes to a topic, as if the broker
 * had lost the batches before it; the broker's answer is its own. For one message to one partition.
 */
export class SkewedSequence {
  skewed = 0;
  private state: 'passing' | 'skewing' = 'passing';

  constructor(private readonly topic: string) {}

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    socket.write = (bytes: Buffer): boolean => {
      if (this.state === 'skewing' && bytes.readInt16BE(4) === produce) this.skew(bytes);
      return write(bytes);
    };
    return socket;
  };

  skewNext(): void {
    this.state = 'skewing';
  }

  /** After the topic: number of partitions, partition, size; then the batch, whose checksum begins behind itself. */
  private skew(bytes: Buffer): void {
    this.state = 'passing';
    this.skewed++;
    const batch = bytes.indexOf(this.topic) + this.topic.length + 12;
    const end = batch + 12 + bytes.readInt32BE(batch + 8);
    bytes.writeInt32BE(bytes.readInt32BE(batch + 53) + 7, batch + 53);
    bytes.writeUInt32BE(crc32C(bytes.subarray(batch + 21, end)) >>> 0, batch + 17);
  }
}
