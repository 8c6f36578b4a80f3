import type { MessagingEvent, MessagingEvents, Origin } from '@waybill/messaging';
import { counterOf, histogramOf } from './instruments.js';
import { messageCounts, messageTimes } from './registry/message-metrics.js';

type AboutSubscription = Extract<
  MessagingEvent,
  { origin: Origin } | { kind: 'suspect' | 'breaker' | 'wedged' | 'transaction' }
>;

type Counted = keyof typeof messageCounts;
/** OpenTelemetry's name for it, the one that spans carry. */
type Labels = { readonly 'messaging.destination.subscription.name': string };

const counters = Object.fromEntries(
  Object.entries(messageCounts).map(([what, entry]) => [what, counterOf(entry)]),
) as Record<Counted, ReturnType<typeof counterOf<(typeof messageCounts)[Counted]>>>;
const processTime = histogramOf(messageTimes.process);
const attempts = histogramOf(messageTimes.attempts);
const transactionTime = histogramOf(messageTimes.transaction);

/** One object per subscription, made when it is first heard of. */
const labels = new Map<string, Labels>();

/** Derives metrics from messaging's events, per subscription. */
export function messagingMetrics(): MessagingEvents {
  return { emit: (event) => void (isAboutSubscription(event) && record(event)) };
}

/** A counter that first appears with 1 has not increased in Prometheus' eyes, and the first dead letter alerts nobody. */
export function labelsOf(subscription: string): Labels {
  const known = labels.get(subscription);
  if (known) return known;
  const made = { 'messaging.destination.subscription.name': subscription };
  labels.set(subscription, made);
  for (const counter of Object.values(counters)) counter.add(0, made);
  return made;
}

/** Connections and relays have no subscription to be counted under. */
function isAboutSubscription(event: MessagingEvent): event is AboutSubscription {
  return 'origin' in event || ['suspect', 'breaker', 'wedged', 'transaction'].includes(event.kind);
}

function record(event: AboutSubscription): void {
  const attributes = labelsOf(event.subscription);
  for (const what of countedBy(event))
    counters[what].add(event.kind === 'transaction' ? event.read : 1, attributes);
  if (event.kind === 'transaction') transactionTime.record(event.elapsedMs / 1_000, attributes);
  if (event.kind === 'handled') processTime.record(event.elapsedMs / 1_000, attributes);
  const taken = attemptsIn(event);
  if (taken !== undefined && taken !== 1) attempts.record(taken, attributes);
}

/** How many runs the message took that has come to its end; 0 for one that could not even be read. */
function attemptsIn(event: AboutSubscription): number | undefined {
  if (event.kind === 'handled') return event.attempts;
  return event.kind === 'deadLettered' ? event.failure.attempts : undefined;
}

function countedBy(event: AboutSubscription): readonly Counted[] {
  switch (event.kind) {
    case 'handled':
      return releasing(event) ? ['handled', 'released'] : ['handled'];
    case 'duplicate':
      return releasing(event) ? ['duplicates', 'released'] : ['duplicates'];
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

const releasing = ({ origin }: { readonly origin: Origin }): boolean => origin.via === 'parked';

/** Half-open is neither: one message goes through, and decides. */
const breakerBecame = {
  open: ['breakerOpened'],
  closed: ['breakerClosed'],
  'half-open': [],
} as const satisfies Record<string, readonly Counted[]>;
