import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { awsOptions } from '../../topology/aws-options.ts';
import type { Addresses } from './shop-api.ts';
import { until } from './until.ts';

const Bucket = 'waybill-claims';
/** Beside it are images. */
const Prefix = 'order-notifications/';
const uploadedWithinMs = 60_000;

export interface Invoice {
  readonly key: string;
  /** It is named after the message that it travels with. */
  readonly messageId: string;
  readonly stored: Uint8Array;
}

/** The bucket in which invoices wait for their mails. */
export class Invoices {
  private readonly client: S3Client;

  constructor(addresses: Addresses) {
    this.client = new S3Client({ ...awsOptions(addresses), forcePathStyle: true });
  }

  /** Once it is there. Other orders' invoices may come at any time, so what it says decides. */
  async of(orderId: string): Promise<Invoice> {
    let found: Invoice | undefined;
    const others = new Set<string>();
    await until(uploadedWithinMs, `the invoice of order ${orderId}`, async () => {
      for (const key of await this.keysSince(orderId)) {
        if (others.has(key)) continue;
        const stored = await this.read(key);
        if (textOf(stored).includes(orderId)) found = { key, messageId: messageIn(key), stored };
        others.add(key);
      }
      return found !== undefined;
    });
    return found!;
  }

  async remove({ key }: Invoice): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket, Key: key }));
  }

  async putBack({ key, stored }: Invoice): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket, Key: key, Body: stored }));
  }

  /** Ids of orders and messages begin with their time. */
  private async keysSince(orderId: string): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const next = ContinuationToken && { ContinuationToken };
      const page = await this.client.send(new ListObjectsV2Command({ Bucket, Prefix, ...next }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return keys.filter((key) => messageIn(key) > orderId);
  }

  private async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket, Key: key }));
    return Body!.transformToByteArray();
  }
}

const messageIn = (key: string): string => key.split('/').at(-2)!;

/** It is packed where that makes it smaller. */
function textOf(stored: Uint8Array): string {
  const isPacked = stored[0] === 0x1f && stored[1] === 0x8b;
  return Buffer.from(isPacked ? gunzipSync(stored) : stored).toString();
}
