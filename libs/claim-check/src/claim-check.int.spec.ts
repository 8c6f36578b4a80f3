import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { writeEnvelope, type OutgoingMessage, type Publisher } from '@waybill/messaging';
import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { claimChecking } from './claim-checking-publisher.js';
import { ClaimStore } from './claim-store.js';
import { claimOf, type Claim } from './claim.js';
import { AlteringProxy } from './testing/altering-proxy.js';

const bucket = `claims-${randomUUID()}`;
const prefix = 'notes';
const maxBytes = 100_000;

let store: ClaimStore;
let client: S3Client;
beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  store = new ClaimStore({ bucket, prefix, maxBytes });
  client = new S3Client({
    endpoint: process.env['AWS_ENDPOINT_URL']!,
    region: 'ap-northeast-1',
    forcePathStyle: true,
  });
  await store.prepare();
  await store.prepare(); // safe to repeat
});
afterAll(() => {
  store.close();
  client.destroy();
});

const text = 'an invoice of many lines\n'.repeat(200);
const putText = () => store.put(randomUUID(), 'invoice', Buffer.from(text));
const overwrite = (Key: string, Body: Uint8Array) =>
  client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

describe('a claim', () => {
  test('brings back the same bytes, packed where that is smaller and as they are where not', async () => {
    const packed = await putText();
    expect(packed).toMatchObject({
      encoding: 'gzip',
      key: expect.stringMatching(/^notes\/[0-9a-f-]{36}\/invoice$/),
    });
    expect(packed.bytes).toBeLessThan(text.length);
    expect(Buffer.from(await store.get(packed)).toString()).toBe(text);
    const large = Buffer.concat([randomBytes(40_000), Buffer.alloc(40_000)]); // packed elsewhere
    expect(Buffer.from(await store.get(await store.put(randomUUID(), 'invoice', large)))).toEqual(large);
    const noise = randomBytes(5_000);
    const plain = await store.put(randomUUID(), 'image-1.png', noise);
    expect(plain).toMatchObject({ encoding: 'identity', bytes: 5_000 });
    expect(Buffer.from(await store.get(plain)).equals(noise)).toBe(true);
  });

  test('of the same message again is the same claim', async () => {
    const id = randomUUID();
    const [first, again] = [
      await store.put(id, 'invoice', Buffer.from(text)),
      await store.put(id, 'invoice', Buffer.from(text)),
    ];
    expect(again).toEqual(first);
  });

  test('whose object is gone is fatal', async () => {
    const claim = await putText();
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: claim.key }));
    await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_MISSING', kind: 'fatal' });
  });

  test.each([
    ['altered in one byte', (stored: Buffer) => ((stored[9]! ^= 1), stored)],
    ['cut short', (stored: Buffer) => stored.subarray(1)],
    ['grown', (stored: Buffer) => Buffer.concat([stored, Buffer.alloc(1_000_000)])],
  ])('whose object was %s is fatal, before anything is decoded', async (_what, change) => {
    const claim = await putText();
    await overwrite(claim.key, change(gzipSync(Buffer.from(text))));
    await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_ALTERED', kind: 'fatal' });
  });

  test('that unpacks to more than the limit is fatal', async () => {
    const bomb = gzipSync(Buffer.alloc(maxBytes + 1));
    const id = randomUUID();
    const { key } = await store.put(id, 'invoice', Buffer.from(text));
    await overwrite(key, bomb);
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(bomb).digest('hex');
    const claim: Claim = { key, sha256, bytes: bomb.byteLength, encoding: 'gzip' };
    await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_ALTERED' });
  });

  test.each([
    'other/0198a0b0-0000-7000-8000-000000000000/invoice',
    'notes/../secret',
    'notes/x/invoice',
    '',
    'notes/',
  ])('with the key %j is refused unread', async (key) => {
    const claim: Claim = { key, sha256: '', bytes: 1, encoding: 'identity' };
    await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_REFUSED', kind: 'fatal' });
  });

  test('of a store that is away costs no attempt', async () => {
    const claim = await putText();
    const away = new ClaimStore({ bucket, prefix, endpoint: 'http://127.0.0.1:9' });
    await expect(away.get(claim)).rejects.toMatchObject({ kind: 'infrastructure' });
    away.close();
  });

  test('is kept until it is older than any message that names it', async () => {
    const claim = await putText();
    expect(await store.deleteOlderThan(1)).toBe(0);
    expect(await store.get(claim)).toBeDefined();
    expect(await store.deleteOlderThan(-1)).toBeGreaterThan(0);
    await expect(store.get(claim)).rejects.toMatchObject({ code: 'WAYBILL_CLAIM_MISSING' });
  });
});

describe('an upload', () => {
  let proxy: AlteringProxy;
  let behind: ClaimStore;
  beforeEach(async () => {
    proxy = await AlteringProxy.to(process.env['AWS_ENDPOINT_URL']!);
    behind = new ClaimStore({ bucket, prefix, endpoint: proxy.url });
  });
  afterEach(() => {
    behind.close();
    proxy.close();
  });
  const put = () => behind.put(randomUUID(), 'invoice', Buffer.from(text));

  test('whose answer names the hash of its bytes takes one request', async () => {
    expect(Buffer.from(await store.get(await put())).toString()).toBe(text);
    expect(proxy.asked).toEqual(['PUT']);
  });

  test('whose answer names something else, as with a key of KMS, is looked for', async () => {
    proxy.etag = () => `"${'0'.repeat(32)}"`;
    expect(Buffer.from(await store.get(await put())).toString()).toBe(text);
    expect(proxy.asked).toEqual(['PUT', 'HEAD']);
  });

  test('of which a part was lost costs no attempt', async () => {
    proxy.upload = (bytes) => bytes.subarray(1);
    await expect(put()).rejects.toMatchObject({
      kind: 'infrastructure',
      message: expect.stringMatching(/^checking claim .*: \d+ of \d+ bytes$/),
    });
  });

  test('whose bytes were altered on their way, by a server that does not compare, is refused by whoever reads it', async () => {
    proxy.upload = (bytes) => bytes.map((byte) => byte ^ 1) as Buffer;
    const claim = await put();
    expect(proxy.asked).toEqual(['PUT', 'HEAD']);
    await expect(store.get(claim)).rejects.toMatchObject({ name: 'ClaimAlteredError', kind: 'fatal' });
  });
});

describe('a publisher that checks claims', () => {
  const sent: OutgoingMessage[] = [];
  const recording: Publisher = {
    publish: async (batch) => {
      sent.push(...batch);
      return batch.map(() => ({ status: 'confirmed' as const }));
    },
    close: async () => undefined,
  };
  const message = (key: string, payload: unknown, address = 'notes.fifo'): OutgoingMessage => {
    const attributes = writeEnvelope({
      id: randomUUID(),
      type: 'note',
      source: '/s',
      subject: 's',
      time: '2026-01-01T00:00:00.000Z',
      dataschema: 'note.v1',
      sequence: 1,
    });
    return { address, message: { key, attributes, headers: {}, body: Buffer.from(JSON.stringify(payload)) } };
  };
  const payloadOf = (outgoing: OutgoingMessage) =>
    JSON.parse(Buffer.from(outgoing.message.body).toString()) as Record<string, unknown>;
  const fields = { 'notes.fifo': ['invoice'] };

  test('exchanges a large field of a declared address for its claim, and leaves all else as it is', async () => {
    sent.length = 0;
    const publisher = claimChecking(recording, { store, fields });
    const large = message('a', { n: 1, invoice: text });
    const small = message('a', { n: 2, invoice: 'short' });
    const elsewhere = message('a', { n: 3, invoice: text }, 'other.fifo');
    const results = await publisher.publish([large, small, elsewhere]);
    expect(results.map(({ status }) => status)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    const claim = claimOf(payloadOf(sent[0]!), 'invoice')!;
    expect(payloadOf(sent[0]!)).toMatchObject({
      n: 1,
      invoice_s3_key: `notes/${large.message.attributes['id']}/invoice`,
    });
    expect(payloadOf(sent[0]!)).not.toHaveProperty('invoice');
    expect(Buffer.from(await store.get(claim)).toString()).toBe(text);
    expect([sent[1], sent[2]].map((each) => payloadOf(each!)['n'])).toEqual([2, 3]);
    expect(sent[2]).toBe(elsewhere);
  });

  test('publishes nothing of a key behind a message that could not be uploaded', async () => {
    sent.length = 0;
    const away = new ClaimStore({ bucket, prefix, endpoint: 'http://127.0.0.1:9' });
    const publisher = claimChecking(recording, { store: away, fields });
    const batch = [
      message('a', { n: 1 }),
      message('a', { n: 2, invoice: text }),
      message('b', { n: 3 }),
      message('a', { n: 4 }),
    ];
    const results = await publisher.publish(batch);
    expect(results.map(({ status }) => status)).toEqual(['confirmed', 'unknown', 'confirmed', 'unknown']);
    expect(sent.map((each) => payloadOf(each)['n'])).toEqual([1, 3]);
    away.close();
  });
});
