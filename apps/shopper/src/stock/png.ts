import { crc32, deflateSync } from 'node:zlib';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Of three bytes: red, green, blue. */
export type Colour = readonly [number, number, number];

/** A square picture of true colours, unfiltered (PNG, third edition). */
export function pngOf(size: number, colourAt: (x: number, y: number) => Colour): Buffer {
  const rows = Buffer.alloc(size * (1 + 3 * size));
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) rows.set(colourAt(x, y), y * (1 + 3 * size) + 1 + 3 * x);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // bits a channel, true colour
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), content]);
  const whole = Buffer.alloc(named.byteLength + 8);
  whole.writeUInt32BE(content.byteLength);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), 4 + named.byteLength);
  return whole;
}
