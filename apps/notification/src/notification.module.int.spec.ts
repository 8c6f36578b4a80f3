import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { invoice, nobodyListens, NotificationWorld, request } from './testing/notification-world.js';

let world: NotificationWorld;
beforeAll(async () => void (world = await NotificationWorld.open()));
afterAll(() => world.close());

test('a notification becomes one mail under the message’s id, with the invoice from the claim store', async () => {
  const requested = request();
  await world.publish(requested);
  const mails = () => world.mailServer.to(requested.customerEmail);
  await eventually(() => expect(mails()).toHaveLength(1));
  const [mail] = mails();
  expect(mail).toMatchObject({
    messageId: `<${requested.id}@waybill>`,
    subject: expect.stringContaining(requested.orderId),
  });
  expect(mail!.attachments[0]!.content.toString()).toBe(invoice);
  await eventually(async () => {
    const answer = await fetch(`${world.service.url}/mails/${requested.orderId}`);
    expect(await answer.json()).toMatchObject({
      mails: [{ messageId: requested.id, recipient: requested.customerEmail }],
    });
  });
});

test('a copy that SQS takes, its five minutes being over, is absorbed by the inbox', async () => {
  const requested = request();
  const later = { ...request().message.attributes, id: uuidV7() };
  const taken = [await world.sendAs('first', requested), await world.sendAs('five-minutes-later', requested)];
  expect(new Set(taken).size).toBe(2); // else SQS itself has dropped the copy
  await world.sendAs('next', { ...requested, message: { ...requested.message, attributes: later } });
  await eventually(() => {
    const ids = world.mailServer.to(requested.customerEmail).map(({ messageId }) => messageId);
    expect(ids).toEqual([`<${requested.id}@waybill>`, `<${later.id}@waybill>`]);
  }, 20_000);
});

test('a mail that Redis has forgotten is not sent again, however late its message comes again', async () => {
  const requested = request();
  const next = { ...request().message.attributes, id: uuidV7() };
  const { id, orderId, customerEmail } = requested;
  await world.sql(
    `INSERT INTO mails (message_id, order_id, recipient) VALUES ('${id}', '${orderId}', 'sent')`,
  );
  await world.publish(requested);
  await world.sendAs('next', { ...requested, message: { ...requested.message, attributes: next } });
  const mails = () => world.mailServer.to(customerEmail);
  await eventually(() => expect(mails()).not.toEqual([]), 20_000);
  expect(mails().map(({ messageId }) => messageId)).toEqual([`<${next.id}@waybill>`]);
});

test('what fails after SMTP has taken the mail is mailed again, under the same Message-ID', async () => {
  const requested = request();
  const mails = () => world.mailServer.to(requested.customerEmail);
  await world.sql('ALTER TABLE mails ADD CONSTRAINT refused CHECK (false) NOT VALID');
  await world.publish(requested);
  // Only then was the row refused: the mail arrives before it is tried.
  const putOff = expect.objectContaining({ msg: 'message retryLater' });
  await eventually(() => expect(world.told(requested)).toContainEqual(putOff));
  await world.sql('ALTER TABLE mails DROP CONSTRAINT refused');
  await eventually(() => expect(mails()).toHaveLength(2), 20_000); // after the first delay of 5 s
  expect(new Set(mails().map(({ messageId }) => messageId))).toEqual(new Set([`<${requested.id}@waybill>`]));
});

test('the service answers while Redis is away', async () => {
  const alone = await world.serve(`redis://${nobodyListens}`);
  const answer = await fetch(`${alone.url}/health/ready`);
  expect(answer.status).toBe(200);
  await alone.stop();
});
