import { metrics, type Attributes, type Counter, type Histogram, type Meter } from '@opentelemetry/api';
import type { MessagingEvent, MessagingEvents, Origin } from '@waybill/messaging';

/** From a statement or two to a handler that has timed out, in seconds. */
const handleTimeBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type AboutDelivery = Extract<MessagingEvent, { origin: Origin }>;

interface Instruments {
  readonly handled: Counter;
  readonly duplicates: Counter;
  readonly retries: Counter;
  readonly deadLetters: Counter;
  readonly handleTime: Histogram;
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
      if (!('origin' in event)) return;
      if (!seen.has(event.subscription)) startAtZero(event.subscription, instruments);
      seen.add(event.subscription);
      count(event, instruments);
    },
  };
}

/** What became of one delivery; connections and relays have no subscription to be counted under. */
function count(event: AboutDelivery, to: Instruments): void {
  const attributes = attributesOf(event.subscription);
  switch (event.kind) {
    case 'handled':
      to.handled.add(1, attributes);
      return to.handleTime.record(event.elapsedMs / 1_000, attributes);
    case 'duplicate':
      return to.duplicates.add(1, attributes);
    case 'retrying':
    case 'retryLater':
      return to.retries.add(1, attributes);
    case 'deadLettered':
      return to.deadLetters.add(1, attributes);
  }
}

/** A counter that first appears with 1 has not increased in Prometheus' eyes, and the first dead letter alerts nobody. */
function startAtZero(subscription: string, { handled, duplicates, retries, deadLetters }: Instruments): void {
  for (const counter of [handled, duplicates, retries, deadLetters])
    counter.add(0, attributesOf(subscription));
}

/** OpenTelemetry's name for it, the one that spans carry. */
const attributesOf = (subscription: string): Attributes => ({
  'messaging.destination.subscription.name': subscription,
});

function instrumentsOf(meter: Meter): Instruments {
  const unit = '{message}';
  return {
    handled: meter.createCounter('waybill.messages.handled', {
      unit,
      description: 'Messages whose handler has finished, ignored ones included',
    }),
    duplicates: meter.createCounter('waybill.messages.duplicates', {
      unit,
      description: 'Copies of messages that had been handled before',
    }),
    retries: meter.createCounter('waybill.messages.retries', {
      unit,
      description: 'Runs after which a message is to be handled again',
    }),
    deadLetters: meter.createCounter('waybill.messages.dead_letters', {
      unit,
      description: 'Messages set aside for a person',
    }),
    handleTime: meter.createHistogram('waybill.messages.handle_time', {
      unit: 's',
      description: 'Time to handle one message; in a batch, its share of the batch',
      advice: { explicitBucketBoundaries: handleTimeBounds },
    }),
  };
}
