import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ClaimStore, ContentStore } from '@waybill/claim-check';
import { claims, images } from '@waybill/contracts';
import { httpOptions, httpSettings, readSettings, setting, uuidV7 } from '@waybill/service-kit';
import { z } from 'zod';
import { OrderApi } from '../testing/order-api.js';

const entry = (name: string, role: string) =>
  `${name}:${createHash('sha256').update(`key of ${name}`).digest('hex')}:${role}`;
const keys = [entry('ann', 'customer'), entry('office', 'admin')].join();
const schema = z.object({ PORT: setting.port().default(0), ...httpSettings });

const unlimited = { slow: 1e9, shed: 2e9 };
const backpressure = {
  queue: { queue: 'none', read: async () => ({ messages: 0 }), close: async () => undefined },
  limits: { outboxAgeMs: unlimited, outboxRows: unlimited, queueDepth: unlimited, longestDelayMs: 1 },
};

const bucket = `images-${uuidV7()}`;
const png = (bytes = 100) => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(bytes - 8)]);
const jpeg = Buffer.concat([Buffer.from('ffd8ff', 'hex'), randomBytes(50)]);

let api: OrderApi;
let store: ContentStore;
beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const { authentication } = httpOptions(readSettings(schema, { API_KEYS: keys }));
  const claimStore = new ClaimStore({ bucket, prefix: claims.prefix });
  await claimStore.prepare().finally(() => claimStore.close());
  store = new ContentStore({ bucket, prefix: images.prefix });
  api = await OrderApi.open(backpressure, undefined, { authentication, admin: 'key of office', bucket });
}, 30_000);
afterAll(async () => {
  store.close();
  await api.close();
});

test.each([
  ['a PNG', png(), 'image/png', 'png'],
  ['a JPEG', jpeg, 'image/jpeg', 'jpg'],
  ['as large as may be', png(images.maxBytes), 'Image/PNG; x=y', 'png'],
])(
  '%s is stored under the hash of its bytes, and again it is the same',
  async (_, image, type, extension) => {
    const imageS3Key = `images/${createHash('sha256').update(image).digest('hex')}.${extension}`;
    expect(await api.addImage(image, type)).toMatchObject({ status: 201, body: { imageS3Key } });
    expect(await api.addImage(image, type)).toMatchObject({ status: 201, body: { imageS3Key } });
    expect(Buffer.from(await store.get(imageS3Key))).toEqual(image);
  },
);

test.each([
  ['of another type', png(), 'image/gif', 415, 'media_type'],
  ['sent as JSON', Buffer.from('{}'), 'application/json', 415, 'media_type'],
  ['that is empty', Buffer.alloc(0), 'image/png', 400, 'image'],
  ['that is only said to be one', Buffer.from('<svg onload="alert()">'), 'image/png', 400, 'image'],
  ['of the other kind', jpeg, 'image/png', 400, 'image'],
  ['larger than 256 KiB', png(images.maxBytes + 1), 'image/png', 413, 'too_big'],
])('an image %s is refused by field and rule', async (_, image, type, status, rule) => {
  const answer = await api.addImage(image, type);
  expect(answer).toMatchObject({ status, body: { errors: [{ field: 'body', rule }] } });
  expect(answer.headers.get('content-type')).toContain('problem+json');
});

test('images are for admins to add', async () => {
  expect((await api.as('key of ann').addImage(png(), 'image/png')).status).toBe(403);
  expect((await api.as(undefined).addImage(png(), 'image/png')).status).toBe(401);
  expect((await api.as('key of office').addImage(png(), 'image/png')).status).toBe(201);
});

test('a product shows the image it was put with, until it is put without', async () => {
  const { body } = await api.addImage(png(), 'image/png');
  expect(await api.put(body)).toMatchObject({ status: 200, body });
  expect((await api.get('/products')).body['products']).toMatchObject([body]);
  const without = await api.put();
  expect(without.status).toBe(200);
  expect(without.body).not.toHaveProperty('imageS3Key');
});

test.each([
  ['that is not there', `images/${'0'.repeat(64)}.png`, 422, 'unknown-image'],
  ['elsewhere in the bucket', 'order-notifications/invoice', 400, 'invalid_format'],
])('a product is not put with an image %s', async (_, imageS3Key, status, rule) => {
  const before = (await api.get('/products')).body;
  const refused = { status, body: { errors: [{ field: 'imageS3Key', rule }] } };
  expect(await api.put({ imageS3Key, priceCents: 1 })).toMatchObject(refused);
  expect((await api.get('/products')).body).toEqual(before);
});

test('the OpenAPI document says what an image is', async () => {
  const { paths } = (await api.get('/docs-json')).body as { paths: Record<string, never> };
  const { content } = paths['/images']!['post']['requestBody'];
  expect(Object.keys(content)).toEqual(['image/png', 'image/jpeg']);
});
