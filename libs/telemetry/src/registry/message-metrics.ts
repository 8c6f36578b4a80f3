import { consumers, handlingBounds, metric } from './metric.js';

const subscription = 'messaging.destination.subscription.name';

const counter = <const Name extends string>(name: Name, description: string, unit = '{message}') =>
  metric({
    name,
    instrument: 'Counter',
    unit,
    description,
    attributes: [subscription],
    shownBy: consumers,
  });

/** What became of messages, each subscription for itself. */
export const messageCounts = {
  handled: counter('waybill.messages.handled', 'Messages whose handler has finished, ignored ones included'),
  duplicates: counter('waybill.messages.duplicates', 'Copies of messages that had been handled before'),
  retries: counter('waybill.messages.retries', 'Runs after which a message is to be handled again'),
  deadLetters: counter('waybill.messages.dead_letters', 'Messages set aside for a person'),
  lost: counter('waybill.messages.lost', 'Messages wanted at most once whose handler failed or never ran'),
  passedOver: counter('waybill.messages.passed_over', 'Messages that cannot be read and were left out'),
  transacted: counter(
    'waybill.messages.transacted',
    'Messages read in transactions of a broker that were committed',
  ),
  parked: counter('waybill.messages.parked', 'Messages put behind an earlier one of their key'),
  released: counter(
    'waybill.messages.released',
    'Parked messages, heads included, that are done with: their keys go on',
  ),
  suspects: counter('waybill.messages.suspects', 'Messages found in hand of a process that died'),
  breakerOpened: counter(
    'waybill.breaker.opened',
    'Times that a flood of failures, or a failed probe, stopped it',
    '{time}',
  ),
  breakerClosed: counter('waybill.breaker.closed', 'Times that it went on again', '{time}'),
  wedged: counter(
    'waybill.subscriptions.wedged',
    'Looks, one every few seconds, that found work and no progress',
    '{time}',
  ),
  rebuilt: counter(
    'waybill.subscriptions.rebuilt',
    'Consumers replaced because they brought nothing of what waits',
    '{time}',
  ),
} as const;

/** One record per message at most: most messages take one run, and are counted as handled. */
export const messageTimes = {
  process: metric({
    name: 'messaging.process.duration',
    instrument: 'Histogram',
    unit: 's',
    description: 'Time to handle one message; in a batch, its share of the batch',
    attributes: [subscription],
    shownBy: consumers,
    bounds: handlingBounds,
  }),
  attempts: metric({
    name: 'waybill.messages.attempts',
    instrument: 'Histogram',
    unit: '{attempt}',
    description:
      'Runs that a message took until it was handled or set aside; only of those that did not take exactly one',
    attributes: [subscription],
    shownBy: consumers,
    onlyWhen: {
      situation: 'a message failed at least once',
      provedBy: 'libs/telemetry/src/messaging-metrics.spec.ts',
    },
    bounds: [1, 2, 3, 4, 5, 10],
  }),
  transaction: metric({
    name: 'waybill.transactions.time',
    instrument: 'Histogram',
    unit: 's',
    description: 'Time of one transaction of a broker, from its first write to the answer to its commit',
    attributes: [subscription],
    shownBy: ['audit'],
    bounds: handlingBounds,
  }),
} as const;
