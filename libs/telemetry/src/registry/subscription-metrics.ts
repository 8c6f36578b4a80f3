import { consumers, metric } from './metric.js';

const subscription = 'messaging.destination.subscription.name';

const gauge = <const Name extends string>(name: Name, unit: string, description: string) =>
  metric({
    name,
    instrument: 'ObservableGauge',
    unit,
    description,
    attributes: [subscription],
    shownBy: consumers,
  });

/** How each subscription stands; all of it absent while it is unknown, and what waits also while it is paused. */
export const subscriptionMetrics = {
  lag: gauge(
    'waybill.subscription.lag',
    '{message}',
    'Messages that wait at the broker to be handed over; of Kafka, in the partitions that this process has',
  ),
  due: gauge(
    'waybill.subscription.due',
    '{message}',
    'Work that may be done now: what waits at the broker, and parked heads whose time has come',
  ),
  inFlight: gauge('waybill.subscription.in_flight', '{message}', 'Messages in hand of this process'),
  parked: gauge(
    'waybill.subscription.parked',
    '{message}',
    'Messages in the consumer’s database behind a head that waits or is dead, heads included',
  ),
  oldestAge: gauge(
    'waybill.subscription.oldest_age',
    's',
    'Since when the oldest message in hand or parked was first seen',
  ),
  state: metric({
    name: 'waybill.subscription.state',
    instrument: 'ObservableGauge',
    unit: '1',
    description:
      'The state whose value is 1 holds; open: its flood breaker lets nothing through, or one message to try',
    attributes: [subscription, 'state'],
    shownBy: consumers,
  }),
} as const;
