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
import { ClaimAlteredError, ClaimMissingError, ClaimStoreAwayError } from './claim-check.errors.js';

export interface StoreOptions {
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

const dayMs = 86_400_000;

/** The objects under one prefix of an S3 bucket. What a key may look like, and what proves an object, its users know. */
export class Bucket {
  readonly maxBytes: number;
  private readonly timeoutMs: number;
  private readonly client: S3Client;
  private state: BrokerHealth = { state: 'connecting' };

  constructor(private readonly options: StoreOptions) {
    const { endpoint = process.env['AWS_ENDPOINT_URL'], credentials } = options;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.maxBytes = options.maxBytes ?? 10 * 1024 * 1024;
    this.client = new S3Client({
      region: options.region ?? process.env['AWS_REGION'] ?? 'ap-northeast-1',
      // Only AWS's own names resolve with a bucket in front.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      maxAttempts: 2,
      // Whoever reads has a hash of their own to compare with.
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 2_000, requestTimeout: this.timeoutMs },
    });
  }

  /** Makes the bucket where it is missing. */
  async prepare(): Promise<void> {
    const { bucket } = this.options;
    await this.ask('making the bucket', 'CreateBucket', async () => {
      await this.client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: Error) => {
        if (!/^BucketAlready(Exists|OwnedByYou)$/.test(error.name)) throw error;
      });
    });
  }

  /** Resolves when it is known to be there; answers the bytes' sha-256 in hex. */
  async write(key: string, bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest();
    const place = this.placeOf(key);
    const { ETag } = await this.ask(`writing claim ${key}`, 'PutObject', () =>
      this.client.send(
        // AWS compares with its own hash of what arrived, and refuses what differs; others may not.
        new PutObjectCommand({ ...place, Body: bytes, ChecksumSHA256: sha256.toString('base64') }),
      ),
    );
    if (ETag !== etagOf(bytes)) await this.checkLength(key, bytes.byteLength);
    return sha256.toString('hex');
  }

  /** In bytes; a `ClaimMissingError` where there is none. */
  async lengthOf(key: string): Promise<number | undefined> {
    const { ContentLength } = await this.ask(`checking claim ${key}`, 'HeadObject', () =>
      this.client.send(new HeadObjectCommand(this.placeOf(key))),
    );
    return ContentLength;
  }

  /** Counted while it streams, so that an object that has grown is not read to its end. */
  async read(key: string, mostBytes: number): Promise<Uint8Array> {
    return this.ask(`reading claim ${key}`, 'GetObject', async () => {
      const answer = await this.client.send(new GetObjectCommand(this.placeOf(key)));
      const body = answer.Body as Readable;
      // The client's own limit is for the answer's beginning.
      const late = setTimeout(() => body.destroy(new Error('the answer took too long')), this.timeoutMs);
      const chunks: Uint8Array[] = [];
      let length = 0;
      try {
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          length += chunk.byteLength;
          if (length > mostBytes) throw new ClaimAlteredError(key, `it has more than ${mostBytes} bytes`);
          chunks.push(chunk);
        }
      } finally {
        clearTimeout(late);
      }
      return Buffer.concat(chunks);
    });
  }

  /** Answers how many objects of the prefix that were. */
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

  private async checkLength(key: string, wanted: number): Promise<void> {
    const length = await this.lengthOf(key);
    if (length !== wanted)
      throw new ClaimStoreAwayError(`checking claim ${key}`, { cause: `${length} of ${wanted} bytes` });
  }

  private placeOf(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.options.bucket, Key: key };
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

/** What a server answers that has stored these bytes; anything else where a key of KMS encrypts them, or in a directory bucket. */
const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
