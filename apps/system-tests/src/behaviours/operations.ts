import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaEnvelope, rabbitmqEnvelope, sqsEnvelope } from '../harness/cloud-event.js';
import type { KafkaListener } from '../harness/kafka-outsider.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { waybill } from '../harness/waybill-command.js';

/** What a person does about a dead letter, from the command line, and what can be seen of it. */
export function operations({ system, orders, rabbitmq, kafka, sqs, audit, deliveries }: Outside): void {
  const command = (...args: readonly string[]) => waybill(system.environment, 'dead-letters', ...args);
  const subscriptionsCommand = (...args: readonly string[]) =>
    waybill(system.environment, 'subscriptions', ...args);
  const why = ['--reason', 'an end-to-end test'];
  const listed = async () => {
    const letters = JSON.parse((await command('list', '--json')).stdout) as { messageId?: string }[];
    return letters.map(({ messageId }) => messageId);
  };
  let onKafka: KafkaListener;

  beforeAll(async () => void (onKafka = await kafka.listen('payments')), 30_000);
  afterAll(() => onKafka.close());

  test('a dead letter that is replayed fails again, and is gone once it is given up', async () => {
    const id = randomUUID();
    const stands = (state: string) =>
      eventually(
        async () => expect(await deliveries.payment.find('payment_queue', id)).toMatchObject({ state }),
        30_000,
      );
    const body = Buffer.from(JSON.stringify({ orderId: id, customerId: 'c', amountCents: -5 }));
    const headers = rabbitmqEnvelope({ id, type: 'payment.requested', subject: id });
    await rabbitmq.send('payment_queue', body, { messageId: id, headers });
    await stands('dead');
    await eventually(async () => expect(await listed()).toContain(id), 30_000);

    expect(await command('replay', id, ...why)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('failed again'),
    });
    await stands('dead');
    expect(await command('discard', id, ...why)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('discarded'),
    });
    await stands('handled');
    expect(await listed()).not.toContain(id);
    await journeyTells(id, ['dead-lettered', 'dead-lettered', 'receipt: failed again', 'receipt: discarded']);
  }, 120_000);

  test('a dead letter holds back its customer alone, and giving it up lets the order go on', async () => {
    const [customerId, id] = [freshCustomer(), randomUUID()];
    const sku = await orders.stock({ priceCents: 700 });
    const stands = (messageId: string, expected: object) =>
      eventually(
        async () =>
          expect(await deliveries.order.find('order-processing-group', messageId)).toMatchObject(expected),
        30_000,
      );
    const headers = kafkaEnvelope({ id, type: 'payment.unheard-of', subject: id });
    await kafka.send('payments', [{ key: customerId, value: JSON.stringify({ orderId: id }), headers }]);
    await stands(id, { state: 'dead' });

    const orderId = await orders.place({ customerId, lines: [{ sku, quantity: 1 }] });
    const other = await orders.place({ lines: [{ sku, quantity: 1 }] });
    const captured = await eventuallyCaptured(orderId);
    await stands(captured, { state: 'parked', parkedBehind: id });
    expect(await orders.settled(other)).toMatchObject({ status: 'CONFIRMED' });
    expect(await orders.find(orderId)).toMatchObject({ status: 'PENDING' });

    expect(await command('discard', id, ...why)).toMatchObject({ code: 0 });
    expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED' });
    await stands(captured, { state: 'handled' });
    await journeyTells(id, ['dead-lettered', 'receipt: discarded']);
  }, 120_000);

  test('a dead letter of SQS is listed, fails again when it is replayed, and is gone once it is given up', async () => {
    const id = randomUUID();
    const stands = (state: string) =>
      eventually(
        async () =>
          expect(await deliveries.notification.find('order-notifications.fifo', id)).toMatchObject({ state }),
        30_000,
      );
    const envelope = sqsEnvelope({ id, type: 'notification.requested', subject: id });
    await sqs.send('order-notifications.fifo', freshCustomer(), JSON.stringify({ orderId: id }), envelope);
    await stands('dead');
    await eventually(async () => expect(await listed()).toContain(id), 30_000);
    const body = JSON.stringify({ orderId: id });
    const bodyFile = join(tmpdir(), `${id}.json`);
    expect(JSON.parse((await command('show', id, '--body', bodyFile)).stdout)).toMatchObject({
      subscription: 'order-notifications.fifo',
      place: 'order-notifications-dlq.fifo',
      body,
    });
    expect(await readFile(bodyFile, 'utf8')).toBe(body);
    await rm(bodyFile);
    const standings = JSON.parse((await subscriptionsCommand('list', '--json')).stdout);
    expect(standings).toContainEqual(
      expect.objectContaining({ name: 'order-notifications.fifo', consumers: 1, breaker: 'closed' }),
    );

    expect(await command('replay', id, ...why)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('failed again'),
    });
    await eventually(async () => expect(await listed()).toContain(id), 30_000);
    expect(await command('discard', id, ...why)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('discarded'),
    });
    await stands('handled');
    expect(await listed()).not.toContain(id);
  }, 150_000);

  function journeyTells(subject: string, expected: readonly string[]): Promise<void> {
    return eventually(async () => {
      const { steps } = await audit.journey(subject);
      const told = steps
        .filter(({ event }) => event.startsWith('delivery.'))
        .map(({ event, result }) => event.replace('delivery.', '') + (result ? `: ${result}` : ''));
      expect(told).toEqual(expected);
    }, 30_000);
  }

  async function eventuallyCaptured(orderId: string): Promise<string> {
    const found = () =>
      onKafka.seen.find((each) => each.orderId === orderId && each.type === 'payment.captured');
    await eventually(() => expect(found()).toBeDefined(), 15_000);
    return found()!.id;
  }
}
