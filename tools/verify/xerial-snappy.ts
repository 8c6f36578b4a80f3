import { uncompress } from 'snappy';

const magic = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
/** The magic, a version and the oldest version that can read it, four bytes each. */
const headerBytes = magic.length + 8;

/** Java clients write xerial's frames (blocks, each with its length before it), others one bare block. */
export async function decodeSnappy(bytes: Buffer): Promise<Buffer> {
  const framed = bytes.subarray(0, magic.length).equals(magic);
  const blocks = framed ? blocksOf(bytes.subarray(headerBytes)) : [bytes];
  return Buffer.concat(await Promise.all(blocks.map(decodeBlock)));
}

function* blocks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const start = at + 4;
    at = start + bytes.readInt32BE(at);
    yield bytes.subarray(start, at);
  }
}

const blocksOf = (bytes: Buffer) => [...blocks(bytes)];

const decodeBlock = (block: Buffer) => uncompress(block, { asBuffer: true }) as Promise<Buffer>;
