import { randomBytes } from 'node:crypto';
import { ContentStore } from '@waybill/claim-check';
import { claims, contentIdOf, images } from '@waybill/contracts';

/** Where the order service puts them. */
export const imageStore = (endpoint: string): ContentStore =>
  new ContentStore({ bucket: claims.bucket, prefix: images.prefix, endpoint });

/** One that no other test has. */
export const png = (): Buffer => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(2_000)]);

/** What a request says of an order whose lines have these images. */
export function imaged(...keys: readonly string[]) {
  const shown = keys.map((key) => `<img src="cid:${contentIdOf(key)}" alt="Image">`);
  return { invoice: `<h1>Invoice</h1>${shown.join('')}\n`.repeat(20), image_s3_keys: keys };
}

/** As anybody could who may write to the bucket; without bytes the object is removed. */
export async function spoil(endpoint: string, key: string, bytes?: Uint8Array): Promise<void> {
  const answer = await fetch(`${endpoint}/${claims.bucket}/${key}`, {
    method: bytes ? 'PUT' : 'DELETE',
    ...(bytes && { body: Buffer.from(bytes) }),
  });
  if (!answer.ok) throw new Error(`S3 answers ${answer.status}`);
}
