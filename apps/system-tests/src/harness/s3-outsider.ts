import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** Looks at the objects of one bucket, and changes them, as any other program could. */
export class S3Outsider {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(endpoint: string, bucket: string) {
    const credentials = { accessKeyId: 'outsider', secretAccessKey: 'outsider' };
    this.client = new S3Client({ endpoint, region: 'ap-northeast-1', credentials, forcePathStyle: true });
    this.bucket = bucket;
  }

  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, ...(ContinuationToken && { ContinuationToken }) }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return keys;
  }

  async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Body!.transformToByteArray();
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytes }));
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }
}
