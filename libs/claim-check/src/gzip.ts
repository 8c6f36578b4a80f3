import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';

/** Up to this many bytes the work itself takes less than handing it to another thread does. */
const doneHereBytes = 16 * 1024;
const [zipElsewhere, unzipElsewhere] = [promisify(gzip), promisify(gunzip)];

export async function zip(content: Uint8Array): Promise<Uint8Array> {
  return content.byteLength <= doneHereBytes ? gzipSync(content) : zipElsewhere(content);
}

/** Rejects when it would become more than `maxBytes`. */
export async function unzip(zipped: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const limit = { maxOutputLength: maxBytes };
  return zipped.byteLength <= doneHereBytes ? gunzipSync(zipped, limit) : unzipElsewhere(zipped, limit);
}
