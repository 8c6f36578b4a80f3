import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { awsOptions } from '../../topology/aws-options.ts';
import type { Addresses } from './shop-api.ts';

const Bucket = 'waybill-claims';

/** The bucket in which invoices wait for their mails. */
export class Invoices {
  private readonly client: S3Client;

  constructor(addresses: Addresses) {
    this.client = new S3Client({ ...awsOptions(addresses), forcePathStyle: true });
  }

  async keys(): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    let ContinuationToken: string | undefined;
    do {
      const next = ContinuationToken && { ContinuationToken };
      const page = await this.client.send(new ListObjectsV2Command({ Bucket, ...next }));
      for (const { Key } of page.Contents ?? []) keys.add(Key!);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return keys;
  }

  /** Removes it; the answer puts it back. */
  async remove(Key: string): Promise<() => Promise<void>> {
    const { Body: stored } = await this.client.send(new GetObjectCommand({ Bucket, Key }));
    const Body = await stored!.transformToByteArray();
    await this.client.send(new DeleteObjectCommand({ Bucket, Key }));
    return async () => void (await this.client.send(new PutObjectCommand({ Bucket, Key, Body })));
  }
}
