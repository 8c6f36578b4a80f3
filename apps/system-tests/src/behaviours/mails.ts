import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { waybill } from '../harness/waybill-command.js';

const subscription = 'order-notifications.fifo';
const why = ['--actor', 'an operator', '--reason', 'an end-to-end test'];
const flushedOrders = 30;

/** What becomes of mails when what they are made of, or what remembers them, is gone. */
export function mails({ system, orders, deliveries, sqs, s3, redis, mailSink }: Outside): void {
  const subscriptions = (command: string) =>
    waybill(system.environment, 'subscriptions', command, subscription, ...why);
  const deadLetters = (...args: readonly string[]) => waybill(system.environment, 'dead-letters', ...args);
  let sku: string;

  beforeAll(async () => void (sku = await orders.stock({ priceCents: 500 })));
  afterAll(() => subscriptions('resume'));

  async function confirmedOrder(): Promise<string> {
    const customerId = freshCustomer();
    const customerEmail = `${customerId}@example.com`;
    const orderId = await orders.place({ customerId, customerEmail, lines: [{ sku, quantity: 1 }] });
    expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED' });
    return orderId;
  }

  /** A confirmed order whose notification waits; the only new object is its invoice, named after the message. */
  async function heldBack() {
    const before = new Set(await s3.keys());
    expect(await subscriptions('pause')).toMatchObject({ code: 0 });
    const orderId = await confirmedOrder();
    let added: string[] = [];
    await eventually(async () => {
      added = (await s3.keys()).filter((key) => !before.has(key));
      expect(added).toHaveLength(1);
      expect(await sqs.unsettled(subscription)).toBe(1);
    }, 30_000);
    const [key] = added as [string];
    return { orderId, key, messageId: key.split('/').at(-2)! };
  }

  describe('claims', () => {
    test.each([
      ['altered', (key: string) => s3.write(key, Buffer.from('<h1>Another invoice</h1>'))],
      ['removed', (key: string) => s3.remove(key)],
    ])(
      'an invoice %s on its way is a dead letter and no mail; restored and replayed, one mail',
      async (_, spoil) => {
        const { orderId, key, messageId } = await heldBack();
        const invoice = await s3.read(key);
        await spoil(key);
        expect(await subscriptions('resume')).toMatchObject({ code: 0 });
        await eventually(
          async () =>
            expect(await deliveries.notification.find(subscription, messageId)).toMatchObject({
              state: 'dead',
            }),
          45_000,
        );
        expect(await mailSink.of(orderId)).toEqual([]);

        await s3.write(key, invoice);
        await eventually(
          async () => expect((await deadLetters('list', '--json')).stdout).toContain(messageId),
          30_000,
        );
        expect(await deadLetters('replay', messageId, '--reason', 'restored')).toMatchObject({ code: 0 });
        expect(await mailSink.of(orderId)).toEqual([`${messageId}@waybill`]);
        expect(await deliveries.notification.find(subscription, messageId)).toMatchObject({
          state: 'handled',
        });
      },
      180_000,
    );
  });

  describe('images', () => {
    test('the mail of an order shows the image that its product had, byte for byte', async () => {
      const image = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(20_000)]);
      const imageS3Key = await orders.addImage(image);
      const shown = await orders.stock({ priceCents: 700, imageS3Key });
      const customerEmail = `${freshCustomer()}@example.com`;
      const lines = [shown, sku].map((each) => ({ sku: each, quantity: 1 }));
      const orderId = await orders.place({ customerEmail, lines });
      await eventually(async () => expect(await mailSink.of(orderId)).toHaveLength(1), 30_000);
      expect(await mailSink.imagesOf(orderId)).toEqual([image]);
    }, 60_000);
  });

  describe('Redis flushed', () => {
    test('again and again while mails go out: each is sent, its copies under one Message-ID', async () => {
      expect(await subscriptions('pause')).toMatchObject({ code: 0 });
      const orderIds = await Promise.all(Array.from({ length: flushedOrders }, confirmedOrder));
      await eventually(async () => expect(await sqs.unsettled(subscription)).toBe(flushedOrders), 30_000);
      const resumed = subscriptions('resume');
      let flushedBetween = 0;
      await eventually(async () => {
        await redis.flush();
        const sent = await mailSink.byOrder();
        const mailed = orderIds.filter((orderId) => sent.has(orderId)).length;
        if (mailed > 0 && mailed < orderIds.length) flushedBetween++;
        // All at once, between two looks: then there is one more.
        else if (mailed > 0 && flushedBetween === 0) orderIds.push(await confirmedOrder());
        expect(mailed).toBe(orderIds.length);
        expect(await sqs.unsettled(subscription)).toBe(0);
      }, 120_000);
      expect(await resumed).toMatchObject({ code: 0 });
      expect(flushedBetween).toBeGreaterThan(0);
      const sent = await mailSink.byOrder();
      for (const orderId of orderIds) expect(new Set(sent.get(orderId)).size).toBe(1);
    }, 240_000);
  });
}
