import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SpanKind, trace } from '@opentelemetry/api';
import { inSpan, type BrokerHealth, type SpanDescription } from '@waybill/messaging';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  ClaimAlteredError,
  ClaimMissingError,
  ClaimRefusedError,
  ClaimStoreAwayError,
} from './claim-check.errors.js';
import type { Claim } from './claim.js';

export interface ClaimStoreOptions {
  readonly bucket: string;
  /** All keys begin with it, and nothing outside it is ever read. */
  readonly prefix: string;
  /** Another server than AWS's own. Default: `AWS_ENDPOINT_URL`, else AWS. */
  readonly endpoint?: string;
  /** Default `AWS_REGION`, else `ap-northeast-1`. */
  readonly region?: string;
  /** Default: AWS's own chain, which begins with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Nothing larger is written, read or unpacked. Default 10 MiB. */
  readonly maxBytes?: number;
  /** Longest life of one request. Default 10,000 ms. */
  readonly timeoutMs?: number;
}

const tracer = trace.getTracer('@waybill/claim-check');

/** A message id and a name: nothing that another writer could steer elsewhere. */
const ownKey = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[a-z0-9][a-z0-9._-]{0,63}$/;
const dayMs = 86_400_000;
const [zip, unzip] = [promisify(gzip), promisify(gunzip)];

/**
 * Keeps what is too large to travel in a message, in S3. A claim is good for as long as the object is there and has the
 * same bytes; both are checked before anything of it is decoded.
 */
export class ClaimStore {
  private readonly client: S3Client;
  private readonly maxBytes: number;
  private readonly timeoutMs: number;
  private state: BrokerHealth = { state: 'connecting' };

  constructor(private readonly options: ClaimStoreOptions) {
    const { endpoint = process.env['AWS_ENDPOINT_URL'], credentials } = options;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.maxBytes = options.maxBytes ?? 10 * 1024 * 1024;
    this.client = new S3Client({
      region: options.region ?? process.env['AWS_REGION'] ?? 'ap-northeast-1',
      // Only AWS's own names resolve with a bucket in front.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: this.timeoutMs },
    });
  }

  /** Makes the bucket where it is missing. */
  async prepare(): Promise<void> {
    const { bucket: Bucket } = this.options;
    await this.ask('making the bucket', 'CreateBucket', async () => {
      await this.client.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
        if (!/^BucketAlready(Exists|OwnedByYou)$/.test(error.name)) throw error;
      });
    });
  }

  /**
   * Writes and looks whether it is there. The key is the message's own, so that the same message again overwrites the same
   * object with the same bytes.
   */
  async put(messageId: string, name: string, content: Uint8Array): Promise<Claim> {
    const key = `${this.options.prefix}/${messageId}/${name}`;
    this.checkKey(key);
    if (content.byteLength > this.maxBytes)
      throw new ClaimRefusedError(key, `larger than ${this.maxBytes} bytes`);
    const zipped = await zip(content);
    const smaller = zipped.byteLength < content.byteLength;
    const stored = smaller ? zipped : content;
    const hash = createHash('sha256').update(stored).digest();
    const claim: Claim = {
      key,
      sha256: hash.toString('hex'),
      bytes: stored.byteLength,
      encoding: smaller ? 'gzip' : 'identity',
    };
    const place = { Bucket: this.options.bucket, Key: key };
    await this.ask(`writing claim ${key}`, 'PutObject', () =>
      this.client.send(
        // S3 compares with its own hash of what arrived, and refuses what differs.
        new PutObjectCommand({ ...place, Body: stored, ChecksumSHA256: hash.toString('base64') }),
      ),
    );
    const { ContentLength } = await this.ask(`checking claim ${key}`, 'HeadObject', () =>
      this.client.send(new HeadObjectCommand(place)),
    );
    if (ContentLength !== claim.bytes)
      throw new ClaimStoreAwayError(`checking claim ${key}`, {
        cause: `${ContentLength} of ${claim.bytes} bytes`,
      });
    return claim;
  }

  /** The bytes as they were before `put`. */
  async get(claim: Claim): Promise<Uint8Array> {
    this.checkKey(claim.key);
    if (!(claim.bytes >= 0 && claim.bytes <= this.maxBytes))
      throw new ClaimRefusedError(claim.key, `bytes must be 0 to ${this.maxBytes}`);
    const stored = await this.download(claim);
    const sha256 = createHash('sha256').update(stored).digest('hex');
    if (sha256 !== claim.sha256)
      throw new ClaimAlteredError(claim.key, 'its bytes are not those that were sent');
    return claim.encoding === 'gzip' ? this.unpack(stored, claim) : stored;
  }

  /** Deletes what is older than any message that could still name it; answers how many objects that were. */
  async deleteOlderThan(days: number): Promise<number> {
    const before = Date.now() - days * dayMs;
    const { bucket: Bucket, prefix } = this.options;
    let deleted = 0;
    for (let ContinuationToken: string | undefined; ;) {
      const page = await this.ask('listing claims', 'ListObjectsV2', () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: `${prefix}/`,
            ...(ContinuationToken && { ContinuationToken }),
          }),
        ),
      );
      const old = (page.Contents ?? []).filter(
        ({ LastModified }) => LastModified && LastModified.getTime() < before,
      );
      const Objects = old.map(({ Key }) => ({ Key }));
      if (Objects.length > 0)
        await this.ask('deleting claims', 'DeleteObjects', () =>
          this.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })),
        );
      deleted += Objects.length;
      ContinuationToken = page.NextContinuationToken;
      if (!ContinuationToken) return deleted;
    }
  }

  /** As the last request found it. */
  health(): BrokerHealth {
    return this.state;
  }

  close(): void {
    this.client.destroy();
  }

  /** Counted while it streams, so that an object that has grown is not read to its end. */
  private async download({ key, bytes }: Claim): Promise<Uint8Array> {
    return this.ask(`reading claim ${key}`, 'GetObject', async () => {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: this.options.bucket, Key: key }));
      const body = answer.Body as Readable;
      // The client's own limit is for the answer's beginning.
      const late = setTimeout(() => body.destroy(new Error('the answer took too long')), this.timeoutMs);
      const chunks: Uint8Array[] = [];
      let length = 0;
      try {
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          length += chunk.byteLength;
          if (length > bytes) throw new ClaimAlteredError(key, `it has more than ${bytes} bytes`);
          chunks.push(chunk);
        }
      } finally {
        clearTimeout(late);
      }
      if (length < bytes) throw new ClaimAlteredError(key, `it has ${length} bytes, not ${bytes}`);
      return Buffer.concat(chunks);
    });
  }

  private async unpack(stored: Uint8Array, { key }: Claim): Promise<Uint8Array> {
    try {
      return await unzip(stored, { maxOutputLength: this.maxBytes });
    } catch (cause) {
      throw new ClaimAlteredError(key, `it does not unpack to at most ${this.maxBytes} bytes`, { cause });
    }
  }

  private checkKey(key: string): void {
    const start = `${this.options.prefix}/`;
    if (key.startsWith(start) && ownKey.test(key.slice(start.length))) return;
    throw new ClaimRefusedError(key, `a key is ${start}<message id>/<name>`);
  }

  /** As OpenTelemetry names AWS's calls. */
  private spanOf(method: string): SpanDescription {
    return {
      name: `S3/${method}`,
      kind: SpanKind.CLIENT,
      attributes: () => ({
        'rpc.system': 'aws-api',
        'rpc.service': 'S3',
        'rpc.method': method,
        'aws.s3.bucket': this.options.bucket,
      }),
    };
  }

  private async ask<Answer>(doing: string, method: string, run: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await inSpan(tracer, this.spanOf(method), run);
      this.state = { state: 'connected' };
      return answer;
    } catch (cause) {
      if (cause instanceof ClaimAlteredError) throw cause;
      if (cause instanceof NoSuchKey || cause instanceof NotFound)
        throw new ClaimMissingError(doing, { cause });
      const away = new ClaimStoreAwayError(doing, { cause });
      this.state = { state: 'disconnected', lastError: away.message };
      throw away;
    }
  }
}
