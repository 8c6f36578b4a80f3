import { metrics, type Attributes, type Counter, type Histogram, type Meter } from '@opentelemetry/api';
import type { MessagingEvent, MessagingEvents, Origin } from '@waybill/messaging';

/** From a statement or two to a handler that has timed out, in seconds. */
const handleTimeBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type AboutSubscription = Extract<
  MessagingEvent,
  { origin: Origin } | { kind: 'suspect' | 'breaker' | 'wedged' | 'transaction' }
>;

/** Counters by what they count; the only list of them. */
const counters = {
  handled: ['waybill.messages.handled', 'Messages whose handler has finished, ignored ones included'],
  duplicates: ['waybill.messages.duplicates', 'Copies of messages that had been handled before'],
  retries: ['waybill.messages.retries', 'Runs after which a message is to be handled again'],
  deadLetters: ['waybill.messages.dead_letters', 'Messages set aside for a person'],
  lost: ['waybill.messages.lost', 'Messages wanted at most once whose handler failed or never ran'],
  passedOver: ['waybill.messages.passed_over', 'Messages that cannot be read and were left out'],
  transacted: ['waybill.messages.transacted', 'Messages read in transactions that were committed'],
  parked: ['waybill.messages.parked', 'Messages put behind an earlier one of their key'],
  released: [
    'waybill.messages.released',
    'Parked messages, heads included, that are done with: their keys go on',
  ],
  suspects: ['waybill.messages.suspects', 'Messages found in hand of a process that died'],
  breakerOpened: ['waybill.breaker.opened', 'Times that a flood of failures, or a failed probe, stopped it'],
  breakerClosed: ['waybill.breaker.closed', 'Times that it went on again'],
  wedged: ['waybill.subscriptions.wedged', 'Looks, one every few seconds, that found work and no progress'],
  rebuilt: ['waybill.subscriptions.rebuilt', 'Consumers replaced because they brought nothing of what waits'],
} as const;

type Counted = keyof typeof counters;

interface Instruments {
  readonly count: (what: Counted, attributes: Attributes, by?: number) => void;
  readonly publishLost: (address: string, by: number) => void;
  readonly handleTime: Histogram;
  readonly transactionTime: Histogram;
}

/**
 * Derives metrics from messaging's events, per subscription; the only place that names them. Make it after
 * `startTelemetry`: OpenTelemetry gives instruments that were made before to nobody.
 */
export function messagingMetrics(): MessagingEvents {
  const instruments = instrumentsOf(metrics.getMeter('@waybill/messaging'));
  const seen = new Set<string>();
  return {
    emit: (event) => {
      if (event.kind === 'publishLost') return instruments.publishLost(event.address, event.count);
      if (!isAboutSubscription(event)) return;
      if (!seen.has(event.subscription)) startAtZero(event.subscription, instruments);
      seen.add(event.subscription);
      record(event, instruments);
    },
  };
}

/** Connections and relays have no subscription to be counted under. */
function isAboutSubscription(event: MessagingEvent): event is AboutSubscription {
  return 'origin' in event || ['suspect', 'breaker', 'wedged', 'transaction'].includes(event.kind);
}

function record(event: AboutSubscription, instruments: Instruments): void {
  const { count, handleTime, transactionTime } = instruments;
  const attributes = attributesOf(event.subscription);
  for (const what of countedBy(event)) count(what, attributes, event.kind === 'transaction' ? event.read : 1);
  if (event.kind === 'transaction') transactionTime.record(event.elapsedMs / 1_000, attributes);
  if (event.kind === 'handled') handleTime.record(event.elapsedMs / 1_000, attributes);
}

function countedBy(event: AboutSubscription): readonly Counted[] {
  switch (event.kind) {
    case 'handled':
      return ['handled', ...releasedBy(event)];
    case 'duplicate':
      return ['duplicates', ...releasedBy(event)];
    case 'retryLater':
      return ['retries'];
    case 'deadLettered':
      return ['deadLetters'];
    case 'lost':
      return ['lost'];
    case 'passedOver':
      return ['passedOver'];
    case 'transaction':
      return ['transacted'];
    case 'parked':
      return ['parked'];
    case 'suspect':
      return ['suspects'];
    case 'breaker':
      return breakerBecame[event.state];
    case 'wedged':
      return event.remedy === 'rebuilt' ? ['wedged', 'rebuilt'] : ['wedged'];
  }
}

const releasedBy = ({ origin }: { readonly origin: Origin }): readonly Counted[] =>
  origin.via === 'parked' ? ['released'] : [];

/** Half-open is neither: one message goes through, and decides. */
const breakerBecame = {
  open: ['breakerOpened'],
  closed: ['breakerClosed'],
  'half-open': [],
} as const satisfies Record<string, readonly Counted[]>;

/** A counter that first appears with 1 has not increased in Prometheus' eyes, and the first dead letter alerts nobody. */
function startAtZero(subscription: string, { count }: Instruments): void {
  for (const what of Object.keys(counters) as Counted[]) count(what, attributesOf(subscription), 0);
}

/** OpenTelemetry's name for it, the one that spans carry. */
const attributesOf = (subscription: string): Attributes => ({
  'messaging.destination.subscription.name': subscription,
});

function instrumentsOf(meter: Meter): Instruments {
  const made = new Map<Counted, Counter>();
  for (const [what, [name, description]] of Object.entries(counters)) {
    const unit = name.startsWith('waybill.messages.') ? '{message}' : '{time}';
    made.set(what as Counted, meter.createCounter(name, { unit, description }));
  }
  const publishLost = meter.createCounter('waybill.publishes.lost', {
    unit: '{message}',
    description: 'Messages sent without asking for an answer that are known not to have arrived',
  });
  return {
    publishLost: (address, by) => publishLost.add(by, { 'messaging.destination.name': address }),
    count: (what, attributes, by = 1) => made.get(what)!.add(by, attributes),
    handleTime: meter.createHistogram('waybill.messages.handle_time', {
      unit: 's',
      description: 'Time to handle one message; in a batch, its share of the batch',
      advice: { explicitBucketBoundaries: handleTimeBounds },
    }),
    transactionTime: meter.createHistogram('waybill.transactions.time', {
      unit: 's',
      description: 'Time of one transaction of a broker, from its first write to the answer to its commit',
      advice: { explicitBucketBoundaries: handleTimeBounds },
    }),
  };
}
