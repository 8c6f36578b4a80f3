import { expect, test } from '@jest/globals';
import { crc32, inflateSync } from 'node:zlib';
import { coverOf, covers } from './covers.js';

/** Type and content of every chunk, its sum checked. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.byteLength;) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(named));
    chunks.set(named.subarray(0, 4).toString(), named.subarray(4));
    at += 12 + length;
  }
  return chunks;
}

test('covers are whole PNGs of a few KiB, each its own', () => {
  for (const cover of covers()) {
    expect(cover.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const chunks = chunksOf(cover);
    expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
    const size = chunks.get('IHDR')!.readUInt32BE(0);
    expect(inflateSync(chunks.get('IDAT')!).byteLength).toBe(size * (1 + 3 * size));
    expect(cover.byteLength).toBeLessThan(5_000);
  }
  expect(new Set(covers().map((cover) => cover.toString('base64'))).size).toBe(covers().length);
});

test('every cover is on some product, and a product has the same each time', () => {
  const of = (sku: string) => coverOf(sku, covers().length);
  const shelf = Array.from({ length: 100 }, (_, cents) => of(`CD-${cents}`));
  expect(new Set(shelf).size).toBe(covers().length);
  expect(of('CD-1177')).toBe(of('CD-1177'));
});
