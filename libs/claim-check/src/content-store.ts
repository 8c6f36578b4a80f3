import { createHash } from 'node:crypto';
import { Bucket, type StoreOptions } from './bucket.js';
import { ClaimAlteredError, ClaimMissingError, ClaimRefusedError } from './claim-check.errors.js';

const ownName = /^([0-9a-f]{64})\.[a-z0-9]{1,8}$/;

/**
 * Keeps what many messages name and no message owns, such as images, under the hash of its bytes: `images/<sha-256>.png`.
 * The key alone proves what is read. The same content again is the same object, and what a key names never changes, so
 * whoever has verified it may keep it. Nothing here expires: `ClaimStore.deleteOlderThan` looks under its own prefix only.
 */
export class ContentStore {
  private readonly bucket: Bucket;

  constructor(private readonly options: StoreOptions) {
    this.bucket = new Bucket(options);
  }

  /** Its key. `extension` says what it is to whoever reads it: `png`. Safe to repeat; it mends what was altered or removed. */
  async put(content: Uint8Array, extension: string): Promise<string> {
    const key = `${this.options.prefix}/${sha256Of(content)}.${extension}`;
    this.hashIn(key);
    const { maxBytes } = this.bucket;
    if (content.byteLength > maxBytes) throw new ClaimRefusedError(key, `larger than ${maxBytes} bytes`);
    await this.bucket.write(key, content);
    return key;
  }

  async has(key: string): Promise<boolean> {
    this.hashIn(key);
    try {
      await this.bucket.lengthOf(key);
      return true;
    } catch (error) {
      if (error instanceof ClaimMissingError) return false;
      throw error;
    }
  }

  async get(key: string): Promise<Uint8Array> {
    const sha256 = this.hashIn(key);
    const content = await this.bucket.read(key, this.bucket.maxBytes);
    if (sha256Of(content) !== sha256)
      throw new ClaimAlteredError(key, 'its bytes are not those that it is named after');
    return content;
  }

  close(): void {
    this.bucket.close();
  }

  private hashIn(key: string): string {
    const start = `${this.options.prefix}/`;
    const [, sha256] = (key.startsWith(start) && ownName.exec(key.slice(start.length))) || [];
    if (!sha256) throw new ClaimRefusedError(key, `a key is ${start}<sha-256 in hex>.<extension>`);
    return sha256;
  }
}

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
