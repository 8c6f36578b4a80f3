import { randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): sorts by creation time, and within this process strictly, by a 12-bit counter that starts
 * anew each millisecond. When the counter is full, or the clock steps back, time is borrowed from the next millisecond.
 */
export function uuidV7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) [lastMs, counter] = [nowMs, 0];
  else if (counter < 0xfff) counter += 1;
  else [lastMs, counter] = [lastMs + 1, 0];

  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
