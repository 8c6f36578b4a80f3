import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contentIdOf, images } from '@waybill/contracts';
import { eventually } from '@waybill/test-kit';
import { imaged, png, spoil } from './testing/images.js';
import { NotificationWorld, request, type Requested } from './testing/notification-world.js';

let world: NotificationWorld;
beforeAll(async () => void (world = await NotificationWorld.open()));
afterAll(() => world.close());

async function mailOf(requested: Requested) {
  const mails = () => world.mailServer.to(requested.customerEmail);
  await eventually(() => expect(mails()).toHaveLength(1));
  const [mail] = mails();
  const inline = mail!.attachments.filter(({ related }) => related);
  const attached = mail!.attachments.filter(({ related }) => !related);
  return { mail: mail!, inline, attached };
}

test('images go with the mail, byte for byte, where its page names them', async () => {
  const [front, back] = [png(), png()];
  const keys = [await world.images.put(front, 'png'), await world.images.put(back, 'jpg')];
  const requested = request(imaged(...keys));
  await world.publish(requested);
  const { mail, inline } = await mailOf(requested);
  expect(inline.map(({ contentType, content, cid }) => ({ contentType, content, cid }))).toEqual([
    { contentType: 'image/png', content: front, cid: contentIdOf(keys[0]!) },
    { contentType: 'image/jpeg', content: back, cid: contentIdOf(keys[1]!) },
  ]);
  // The parser shows a page as a mail program does: with the images that its `cid:`s mean.
  expect(mail.html).toContain(`<img src="data:image/png;base64,${front.toString('base64')}" alt="Image">`);
  expect(mail.html).not.toContain('cid:');
});

test('the attached invoice holds its images itself, so that it can be kept', async () => {
  const image = png();
  const key = await world.images.put(image, 'png');
  const requested = request(imaged(key));
  await world.publish(requested);
  const { attached } = await mailOf(requested);
  const embedded = `src="data:image/png;base64,${image.toString('base64')}"`;
  const invoice = imaged(key).invoice.replaceAll(`src="cid:${contentIdOf(key)}"`, embedded);
  expect(attached.map(({ filename }) => filename)).toEqual([`invoice-${requested.orderId}.html`]);
  expect(attached[0]!.content.toString()).toBe(invoice);
});

test('an image that was altered, has grown or is gone is a dead letter, and nobody is mailed', async () => {
  const [altered, grown, gone] = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const key = await world.images.put(png(), 'png');
      return { key, requested: request(imaged(key)) };
    }),
  );
  await spoil(world.endpoint, altered!.key, png());
  await spoil(world.endpoint, grown!.key, Buffer.alloc(images.maxBytes + 1));
  await spoil(world.endpoint, gone!.key);
  const types = [];
  for (const { requested } of [altered!, grown!, gone!]) {
    await world.publish(requested);
    types.push((await world.deathOf(requested)).headers['exception.type']);
    expect(world.mailServer.to(requested.customerEmail)).toEqual([]);
  }
  expect(types).toEqual(['ClaimAlteredError', 'ClaimAlteredError', 'ClaimMissingError']);
});

test('a key from elsewhere in the bucket is a dead letter, unread', async () => {
  const { key } = await world.store.put(request().id, 'invoice', Buffer.from('of somebody else'));
  const requested = request(imaged(key));
  await world.publish(requested);
  const { headers } = await world.deathOf(requested);
  expect(headers).toMatchObject({ 'exception.type': 'ClaimRefusedError' });
});

test('more images than a mail has room for are a dead letter that says so', async () => {
  const key = await world.images.put(png(), 'png');
  const requested = request(imaged(...Array.from({ length: images.mostInAMail + 1 }, () => key)));
  await world.publish(requested);
  const { headers } = await world.deathOf(requested);
  expect(headers['exception.message']).toContain(`more than ${images.mostInAMail}`);
});

test('an image that was verified once is not read again', async () => {
  const image = png();
  const key = await world.images.put(image, 'png');
  const [first, second] = [request(imaged(key)), request(imaged(key))];
  await world.publish(first);
  await mailOf(first);
  await spoil(world.endpoint, key);
  await world.publish(second);
  const { inline } = await mailOf(second);
  expect(inline.map(({ content }) => content)).toEqual([image]);
});
