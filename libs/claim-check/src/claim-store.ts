import type { BrokerHealth } from '@waybill/messaging';
import { createHash } from 'node:crypto';
import { Bucket, type StoreOptions } from './bucket.js';
import { ClaimAlteredError, ClaimRefusedError } from './claim-check.errors.js';
import type { Claim } from './claim.js';
import { unzip, zip } from './gzip.js';

/** A message id and a name: nothing that another writer could steer elsewhere. */
const ownKey = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Keeps what is too large to travel in a message, in S3. A claim is good for as long as the object is there and has the
 * same bytes; both are checked before anything of it is decoded.
 */
export class ClaimStore {
  private readonly bucket: Bucket;

  constructor(private readonly options: StoreOptions) {
    this.bucket = new Bucket(options);
  }

  /** Makes the bucket where it is missing. */
  prepare(): Promise<void> {
    return this.bucket.prepare();
  }

  /**
   * Resolves when it is known to be there. The key is the message's own, so that the same message again overwrites the same
   * object with the same bytes.
   */
  async put(messageId: string, name: string, content: Uint8Array): Promise<Claim> {
    const key = `${this.options.prefix}/${messageId}/${name}`;
    this.checkKey(key);
    const { maxBytes } = this.bucket;
    if (content.byteLength > maxBytes) throw new ClaimRefusedError(key, `larger than ${maxBytes} bytes`);
    const zipped = await zip(content);
    const smaller = zipped.byteLength < content.byteLength;
    const stored = smaller ? zipped : content;
    return {
      key,
      sha256: await this.bucket.write(key, stored),
      bytes: stored.byteLength,
      encoding: smaller ? 'gzip' : 'identity',
    };
  }

  /** The bytes as they were before `put`. */
  async get(claim: Claim): Promise<Uint8Array> {
    const { key, bytes } = claim;
    this.checkKey(key);
    const { maxBytes } = this.bucket;
    if (!(bytes >= 0 && bytes <= maxBytes))
      throw new ClaimRefusedError(key, `bytes must be 0 to ${maxBytes}`);
    const stored = await this.bucket.read(key, bytes);
    if (stored.byteLength < bytes)
      throw new ClaimAlteredError(key, `it has ${stored.byteLength} bytes, not ${bytes}`);
    const sha256 = createHash('sha256').update(stored).digest('hex');
    if (sha256 !== claim.sha256) throw new ClaimAlteredError(key, 'its bytes are not those that were sent');
    return claim.encoding === 'gzip' ? this.unpack(stored, claim) : stored;
  }

  /** Deletes what is older than any message that could still name it; answers how many objects that were. */
  deleteOlderThan(days: number): Promise<number> {
    return this.bucket.deleteOlderThan(days);
  }

  /** As the last request found it. */
  health(): BrokerHealth {
    return this.bucket.health();
  }

  close(): void {
    this.bucket.close();
  }

  private async unpack(stored: Uint8Array, { key }: Claim): Promise<Uint8Array> {
    const { maxBytes } = this.bucket;
    try {
      return await unzip(stored, maxBytes);
    } catch (cause) {
      throw new ClaimAlteredError(key, `it does not unpack to at most ${maxBytes} bytes`, { cause });
    }
  }

  private checkKey(key: string): void {
    const start = `${this.options.prefix}/`;
    if (key.startsWith(start) && ownKey.test(key.slice(start.length))) return;
    throw new ClaimRefusedError(key, `a key is ${start}<message id>/<name>`);
  }
}
