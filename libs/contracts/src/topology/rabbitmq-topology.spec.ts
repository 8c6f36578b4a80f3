import { expect, test } from '@jest/globals';
import type { RabbitmqQueue } from '@waybill/messaging';
import { addresses } from './addresses.js';
import { deadLetterRoute, rabbitmqTopology } from './rabbitmq-topology.js';
import { subscriptions } from './subscriptions.js';

const mainQueues = ['order_processing', 'order_audit_queue', 'payment_queue', 'order_expiry'];

const queueOf = (name: string): RabbitmqQueue =>
  rabbitmqTopology.queues.find((queue) => queue.name === name)!;
const routesTo = (name: string) =>
  queueOf(name).bindings.map(({ exchange, routingKey }) => `${exchange}/${routingKey}`);

test('events reach the queues by topic: created orders, all of orders, all of payments', () => {
  expect(rabbitmqTopology.exchanges).toContainEqual({ name: 'order_exchange', type: 'topic' });
  expect(routesTo('order_processing')).toEqual(['order_exchange/order.created']);
  expect(routesTo('order_audit_queue')).toEqual(['order_exchange/order.*']);
  expect(routesTo('payment_queue')).toEqual(['order_exchange/payment.*']);
});

test.each(mainQueues)('%s sets aside what waits for 24 hours, where a dead-letter queue is bound', (name) => {
  const { exchange, routingKey } = deadLetterRoute(name);
  expect(queueOf(name).arguments).toMatchObject({
    'x-message-ttl': 86_400_000,
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': routingKey,
  });
  expect(rabbitmqTopology.exchanges).toContainEqual({ name: exchange, type: 'direct' });
  expect(routesTo(`${name}.dlq`)).toContain(`${exchange}/${routingKey}`);
});

test('what order_processing sets aside has the key order.failed', () => {
  expect(deadLetterRoute('order_processing')).toEqual({
    exchange: 'dlx_exchange',
    routingKey: 'order.failed',
  });
});

test('an order expires after exactly 15 minutes: out of its wait queue, through the default exchange', () => {
  const { arguments: waits, bindings } = queueOf('order_expiry.wait');
  expect(waits).toMatchObject({
    'x-message-ttl': 900_000,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': addresses.orderExpiry,
  });
  expect(bindings).toEqual([]);
});

test('every queue but that of questions is a quorum queue, and none drops a message for being delivered often', () => {
  for (const { name, arguments: declared } of rabbitmqTopology.queues) {
    if (name === addresses.paymentQuote) continue;
    expect([name, declared['x-queue-type']]).toEqual([name, 'quorum']);
    expect([name, Number(declared['x-delivery-limit']) >= 200]).toEqual([name, true]);
  }
});

test('order_processing knows priorities on every version: quorum from 4.0 on, classic with ten of them below', () => {
  const { arguments: declared, argumentsBelow4 } = queueOf('order_processing');
  expect(declared).not.toHaveProperty('x-max-priority'); // RabbitMQ refuses it on a quorum queue
  expect(argumentsBelow4).toMatchObject({ 'x-queue-type': 'classic', 'x-max-priority': 10 });
  const differing = rabbitmqTopology.queues.filter((queue) => queue.argumentsBelow4);
  expect(differing.map(({ name }) => name)).toEqual(['order_processing']);
});

test('nothing that waits for a person expires', () => {
  const kept = rabbitmqTopology.queues.filter(({ name }) => /\.(dlq|inlet)$/.test(name));
  expect(kept).toHaveLength(2 * mainQueues.length);
  for (const { arguments: declared } of kept) expect(declared).not.toHaveProperty('x-message-ttl');
});

test('a consumer holds at most 10 orders, 5 payments', () => {
  expect(subscriptions.orderProcessing.prefetch).toBe(10);
  expect(subscriptions.paymentQueue.prefetch).toBe(5);
});
