import {
  deadLetterAddress,
  inletAddress,
  retryAddress,
  type RabbitmqArguments,
  type RabbitmqQueue,
  type Subscription,
} from '@waybill/messaging';
import { PaymentQuote } from '../payments/payment-quote.js';
import { addresses } from './addresses.js';
import { subscriptions } from './subscriptions.js';

const {
  orderExchange,
  deadLetterExchange,
  orderProcessing,
  orderAuditQueue,
  paymentQueue,
  orderExpiry,
  orderExpiryWait,
} = addresses;

const dayMs = 86_400_000;
const expiryDelayMs = 900_000;

/** Counts every redelivery, even of messages that were only prefetched, so it stands far above our own limits. */
const deliveryLimit = 200;

const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit };

/** Quorum queues know priorities only from RabbitMQ 4.0 on, and we serve 3.10 too (docs/adr/0005). */
const classicWithPriorities = { 'x-queue-type': 'classic', 'x-max-priority': 10 };

type Bindings = RabbitmqQueue['bindings'];

/** Where the broker sets aside what a queue expires, rejects or has delivered too often: the safety net under our own. */
export function deadLetterRoute(queue: string): { readonly exchange: string; readonly routingKey: string } {
  return { exchange: deadLetterExchange, routingKey: queue === orderProcessing ? 'order.failed' : queue };
}

/** A queue that people or consumers wait on; what lies in it for a day becomes a dead letter with reason `expired`. */
function mainQueue(name: string, routingKeys: readonly string[]): RabbitmqQueue {
  return {
    name,
    arguments: { ...quorum, ...setsAside(name) },
    bindings: routingKeys.map((routingKey) => ({ exchange: orderExchange, routingKey })),
  };
}

/** Urgent messages overtake: a quorum queue hands out two of those above 4 to one of the others, a classic one all first. */
function priorityQueue(name: string, routingKeys: readonly string[]): RabbitmqQueue {
  const argumentsBelow4 = { ...classicWithPriorities, ...setsAside(name) };
  return { ...mainQueue(name, routingKeys), argumentsBelow4 };
}

function setsAside(name: string): RabbitmqArguments {
  const { exchange, routingKey } = deadLetterRoute(name);
  return {
    'x-message-ttl': dayMs,
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': routingKey,
  };
}

/** Holds messages for exactly `delayMs`, then hands them to one queue through the default exchange, at least once. */
function waitQueue(name: string, target: string, delayMs: number): RabbitmqQueue {
  return {
    name,
    arguments: {
      ...quorum,
      'x-message-ttl': delayMs,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': target,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
    bindings: [],
  };
}

/**
 * Requests for answers, none of which is worth keeping: in memory alone, and dropped without a trace once their callers have
 * given up (docs/adr/0017). The queue itself is durable, since nobody would declare it again after a restart.
 */
function requestQueue({ queue, limitMs }: typeof PaymentQuote): RabbitmqQueue {
  return { name: queue, arguments: { 'x-queue-type': 'classic', 'x-message-ttl': limitMs }, bindings: [] };
}

/**
 * A look at a dead letter counts as a delivery, and so does a reader's restart. Where no limit is declared RabbitMQ 4 sets
 * 20 and then drops the message, since a dead letter has no dead-letter queue; below 4.0 a limit of -1 drops it at once.
 */
const limitOutOfReach = 2 ** 31 - 1;

const kept = { 'x-queue-type': 'quorum', 'x-delivery-limit': limitOutOfReach };

/** What every queue of a subscription has beside it. No time limit but the delays': a person may come late. */
function besides(subscription: Subscription, deadLetterKeys: readonly string[]): RabbitmqQueue[] {
  const { name } = subscription;
  const bindings: Bindings = deadLetterKeys.map((routingKey) => ({
    exchange: deadLetterExchange,
    routingKey,
  }));
  return [
    { name: deadLetterAddress(subscription, name), arguments: kept, bindings },
    { name: inletAddress(subscription, name), arguments: kept, bindings: [] },
    ...subscription.delaysMs.map((delayMs) =>
      waitQueue(retryAddress(subscription, name, delayMs), name, delayMs),
    ),
  ];
}

export const rabbitmqTopology = {
  exchanges: [
    { name: orderExchange, type: 'topic' as const },
    { name: deadLetterExchange, type: 'direct' as const },
  ],
  queues: [
    priorityQueue(orderProcessing, ['order.created']),
    mainQueue(orderAuditQueue, ['order.*']),
    mainQueue(paymentQueue, ['payment.*']),
    mainQueue(orderExpiry, []),
    waitQueue(orderExpiryWait, orderExpiry, expiryDelayMs),
    requestQueue(PaymentQuote),
    ...besides(subscriptions.orderProcessing, ['order.failed', orderProcessing]),
    ...[subscriptions.orderAuditQueue, subscriptions.paymentQueue, subscriptions.orderExpiry].flatMap(
      (subscription) => besides(subscription, [subscription.name]),
    ),
  ],
};
