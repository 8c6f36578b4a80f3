import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ClaimStore } from './claim-store.js';
import { ContentStore } from './content-store.js';

const bucket = `content-${randomUUID()}`;
const maxBytes = 10_000;

let claims: ClaimStore;
let store: ContentStore;
let client: S3Client;
beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  claims = new ClaimStore({ bucket, prefix: 'notes' });
  store = new ContentStore({ bucket, prefix: 'images', maxBytes });
  client = new S3Client({
    endpoint: process.env['AWS_ENDPOINT_URL']!,
    region: 'ap-northeast-1',
    forcePathStyle: true,
  });
  await claims.prepare();
});
afterAll(() => {
  claims.close();
  store.close();
  client.destroy();
});

const content = () => randomBytes(500);
const overwrite = (Key: string, Body: Uint8Array) =>
  client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const remove = (Key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));

describe('content', () => {
  test('is named after its bytes, comes back as it was, and is there once however often it is put', async () => {
    const bytes = content();
    const key = await store.put(bytes, 'png');
    expect(key).toBe(`images/${createHash('sha256').update(bytes).digest('hex')}.png`);
    expect(await store.put(bytes, 'png')).toBe(key);
    expect(Buffer.from(await store.get(key))).toEqual(bytes);
    expect(await store.has(key)).toBe(true);
  });

  test('that is gone is fatal, until it is put again', async () => {
    const bytes = content();
    const key = await store.put(bytes, 'png');
    await remove(key);
    expect(await store.has(key)).toBe(false);
    await expect(store.get(key)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_MISSING', kind: 'fatal' });
    await store.put(bytes, 'png');
    expect(Buffer.from(await store.get(key))).toEqual(bytes);
  });

  test.each([
    ['altered in one byte', (stored: Buffer) => ((stored[9]! ^= 1), stored)],
    ['cut short', (stored: Buffer) => stored.subarray(1)],
    ['grown beyond all bounds', (stored: Buffer) => Buffer.concat([stored, Buffer.alloc(1_000_000)])],
  ])('that was %s is fatal', async (_what, change) => {
    const bytes = content();
    const key = await store.put(bytes, 'png');
    await overwrite(key, change(Buffer.from(bytes)));
    await expect(store.get(key)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_ALTERED', kind: 'fatal' });
  });

  test.each([
    `notes/${'0'.repeat(64)}.png`,
    'images/../secret.png',
    `images/${'0'.repeat(64)}`,
    `images/${'0'.repeat(64)}.png/other`,
    'images/',
    '',
  ])('with the key %j is refused unread', async (key) => {
    const refused = { code: 'WAYBILL_CLAIM_REFUSED', kind: 'fatal' };
    await expect(store.get(key)).rejects.toMatchObject(refused);
    await expect(store.has(key)).rejects.toMatchObject(refused);
  });

  test('larger than the limit is refused unwritten', async () => {
    await expect(store.put(Buffer.alloc(maxBytes + 1), 'png')).rejects.toMatchObject({
      code: 'WAYBILL_CLAIM_REFUSED',
    });
  });

  test('of a store that is away costs no attempt, and is not said to be missing', async () => {
    const key = await store.put(content(), 'png');
    const away = new ContentStore({ bucket, prefix: 'images', endpoint: 'http://127.0.0.1:9' });
    await expect(away.get(key)).rejects.toMatchObject({ kind: 'infrastructure' });
    await expect(away.has(key)).rejects.toMatchObject({ kind: 'infrastructure' });
    away.close();
  });

  test('does not end with the claims of its bucket, however old they are', async () => {
    const key = await store.put(content(), 'png');
    await claims.put(randomUUID(), 'invoice', content());
    expect(await claims.deleteOlderThan(-1)).toBe(1);
    expect(await store.has(key)).toBe(true);
  });
});
