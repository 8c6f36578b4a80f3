import kafkajs from 'kafkajs';
import { compressSync, uncompressSync } from 'snappy';
import { CompressionRatio } from './compression-ratio.js';

/** Of what this process has written lately; kafkajs keeps its codecs, and so this, per process. */
export const snappyRatio = new CompressionRatio();

/**
 * Snappy as Kafka's clients write it. The Java client wraps its blocks in snappy-java's ("xerial") framing, others
 * write one bare block; every reader accepts both, so this one does too and writes the bare block.
 * Not kafkajs-snappy: unmaintained since 2019, and it pins snappy 6, a native build that no longer compiles.
 * Synchronous, since batches are at most some 100 KiB and a hop through the thread pool takes longer than the work.
 */
export const snappyCodec = {
  compress: async ({ buffer }: { buffer: Buffer }): Promise<Buffer> => {
    const compressed = compressSync(buffer);
    snappyRatio.observe(compressed.length / buffer.length);
    return compressed;
  },
  decompress: async (bytes: Buffer): Promise<Buffer> =>
    isFramed(bytes) ? Buffer.concat([...blocksOf(bytes)].map(uncompress)) : uncompress(bytes),
};

/** kafkajs keeps its codecs per process. */
export function registerSnappy(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = () => snappyCodec;
}

/** 0x82 "SNAPPY" 0x00, then two int32 versions, then int32 length and block, again and again. */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const headerBytes = magic.length + 8;

const isFramed = (bytes: Buffer): boolean => bytes.subarray(0, magic.length).equals(magic);

function* blocksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = headerBytes; start < bytes.length;) {
    const end = start + 4 + bytes.readUInt32BE(start);
    yield bytes.subarray(start + 4, end);
    start = end;
  }
}

const uncompress = (block: Buffer): Buffer => uncompressSync(block, { asBuffer: true }) as Buffer;
