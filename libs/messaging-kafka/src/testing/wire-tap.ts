import type { ISocketFactory } from 'kafkajs';
import { connect } from 'node:net';
import { requests } from './lossy-sockets.js';

/** A produce request as it went out: Kafka's protocol, version 3 to 8. */
export interface Produced {
  readonly at: number;
  readonly acks: number;
  readonly batches: readonly RecordBatch[];
}

/** The head of a record batch, format 2: what the broker will keep. */
export interface RecordBatch {
  readonly topic: string;
  readonly bytes: number;
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly transactional: boolean;
  readonly producerId: bigint;
  readonly baseSequence: number;
  readonly records: number;
}

const produceKey = 0;
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Sees every request that one adapter sends, byte by byte, and can keep some from being sent at all. */
export class WireTap {
  readonly produced: Produced[] = [];
  readonly joined: { readonly sessionTimeoutMs: number; readonly rebalanceTimeoutMs: number }[] = [];
  /** From now on no produce request reaches a broker. */
  losesProduce = false;

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    socket.write = (bytes: Buffer): boolean => {
      const request = new Reader(bytes, 4); // after the length
      const [key] = [request.int16(), request.int16(), request.int32()];
      request.text(); // the client's name
      if (key === produceKey) this.produced.push(readProduced(request));
      if (key === requests.joinGroup) this.joined.push(readJoin(request));
      return key === produceKey && this.losesProduce ? true : write(bytes);
    };
    return socket;
  };
}

function readProduced(request: Reader): Produced {
  request.text(); // transactional id
  const acks = request.int16();
  request.int32(); // timeout
  const batches = request.list(() => {
    const topic = request.text()!;
    return request.list(() => {
      request.int32(); // partition
      return readBatch(topic, new Reader(request.bytes(), 0));
    });
  });
  return { at: performance.now(), acks, batches: batches.flat() };
}

function readBatch(topic: string, batch: Reader): RecordBatch {
  const bytes = batch.length;
  batch.skip(8 + 4 + 4 + 1 + 4); // base offset, length, leader epoch, magic, checksum
  const attributes = batch.int16();
  batch.skip(4 + 8 + 8); // last offset, first and last timestamp
  const producerId = batch.int64();
  batch.skip(2); // producer epoch
  const [baseSequence, records] = [batch.int32(), batch.int32()];
  const [codec, transactional] = [codecs[attributes & 7]!, (attributes & 16) !== 0];
  return { topic, bytes, codec, transactional, producerId, baseSequence, records };
}

function readJoin(request: Reader) {
  request.text(); // group
  return { sessionTimeoutMs: request.int32(), rebalanceTimeoutMs: request.int32() };
}

class Reader {
  constructor(
    private readonly buffer: Buffer,
    private at: number,
  ) {}

  get length(): number {
    return this.buffer.length;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  int16(): number {
    return this.buffer.readInt16BE((this.at += 2) - 2);
  }

  int32(): number {
    return this.buffer.readInt32BE((this.at += 4) - 4);
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE((this.at += 8) - 8);
  }

  text(): string | undefined {
    const length = this.int16();
    if (length < 0) return undefined;
    return this.buffer.toString('utf8', (this.at += length) - length, this.at);
  }

  bytes(): Buffer {
    const length = this.int32();
    return this.buffer.subarray(this.at, (this.at += length));
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.int32() }, read);
  }
}
