import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@waybill/test-kit';
import { rabbitmqEnvelope } from '../harness/cloud-event.js';
import { freshCustomer } from '../harness/order-api.js';
import type { KafkaListener } from '../harness/kafka-outsider.js';
import type { Outside } from '../harness/outside.js';

const queues = ['order_processing', 'payment_queue', 'order_expiry', 'order_audit_queue'];

const deadLetterTopics = {
  'order-events': ['order-events.audit.dlq'],
  payments: ['payments.audit.dlq', 'payments.order-processing-group.dlq'],
};

/** No text in any encoding that somebody reads. */
const poison = () => Buffer.concat([Buffer.from([0xff, 0x00, 0xc3]), randomBytes(40)]);

/** Bytes that nobody can read, on every address that somebody reads. */
export function poisonBytes(outside: Outside): void {
  const { orders, rabbitmq, kafka } = outside;
  let deadLetters: KafkaListener;
  let sku: string;

  beforeAll(async () => {
    sku = await orders.stock({ priceCents: 700 });
    deadLetters = await kafka.listen(...Object.values(deadLetterTopics).flat());
  }, 30_000);

  afterAll(() => deadLetters.close());

  describe('poison', () => {
    test.each(queues)('on %s reaches its dead letters unchanged, and says why', async (queue) => {
      const body = poison();
      await rabbitmq.send(queue, body, { headers: { 'x-from': 'outsider' } });
      await eventually(async () => {
        const dead = (await rabbitmq.takeAll(`${queue}.dlq`)).find(({ content }) => content.equals(body));
        expect(dead?.properties.headers).toMatchObject({
          'x-from': 'outsider',
          'waybill-failure-reason': expect.stringMatching(/./),
          'waybill-original-address': queue,
          'waybill-subscription': queue,
        });
      });
    });

    test.each(Object.entries(deadLetterTopics))('on topic %s reaches %j unchanged', async (topic, dlqs) => {
      const value = poison();
      const key = Buffer.from([0xfe, ...randomBytes(4)]);
      await kafka.send(topic, [{ key, value, headers: { 'x-from': 'outsider' } }]);
      await eventually(() => {
        const dead = deadLetters.seen.filter(({ raw }) => raw.value?.equals(value) && raw.key?.equals(key));
        expect(dead.map(({ address }) => address).sort()).toEqual(dlqs);
        for (const { raw } of dead) {
          expect(String(raw.headers?.['x-from'])).toBe('outsider');
          expect(String(raw.headers?.['waybill-original-address'])).toBe(topic);
        }
      });
    });

    test('that looks like a message but breaks its contract is set aside by field and rule', async () => {
      const id = randomUUID();
      const body = Buffer.from(JSON.stringify({ orderId: id, customerId: 'c', amountCents: -5 }));
      const headers = rabbitmqEnvelope({ id, type: 'payment.requested', subject: id });
      await rabbitmq.send('payment_queue', body, { messageId: id, headers });
      await eventually(async () => {
        const dead = (await rabbitmq.takeAll('payment_queue.dlq')).find(({ content }) =>
          content.equals(body),
        );
        expect(dead?.properties).toMatchObject({ messageId: id, headers });
        const { 'exception.message': message } = dead!.properties.headers as Record<string, string>;
        expect(message).toMatch(/amountCents/);
        expect(message).toMatch(/currency/);
      });
    });

    test('keeps none of its neighbours from being handled', async () => {
      const customerId = freshCustomer();
      const order = { customerId, lines: [{ sku, quantity: 1 }] };
      const first = await orders.place(order);
      await poisonEverywhere(customerId);
      const second = await orders.place(order);
      expect(await orders.settled(first)).toMatchObject({ status: 'CONFIRMED' });
      expect(await orders.settled(second)).toMatchObject({ status: 'CONFIRMED' });
      await eventually(async () =>
        expect(await outside.audit.journey(second)).toMatchObject({ status: 'CONFIRMED' }),
      );
    }, 30_000);
  });

  /** With the customer's own key, so that it lies between the customer's messages. */
  async function poisonEverywhere(key: string): Promise<void> {
    for (const queue of queues) await rabbitmq.send(queue, poison(), { messageId: randomUUID() });
    for (const topic of Object.keys(deadLetterTopics)) await kafka.send(topic, [{ key, value: poison() }]);
  }
}
