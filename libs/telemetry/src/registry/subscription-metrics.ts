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

/** Of what waits at a broker: each process of a Kafka group knows its share, each reader of a queue knows all of it. */
const atBroker = <const Name extends string>(name: Name, description: string) =>
  metric({
    name,
    instrument: 'ObservableGauge',
    unit: '{message}',
    description,
    attributes: ['messaging.system', subscription],
    shownBy: consumers,
  });

/** How each subscription stands; all of it absent while it is unknown, and what waits also while it is paused. */
export const subscriptionMetrics = {
  lag: atBroker(
    'waybill.subscription.lag',
    'Messages that wait at the broker to be handed over. Of Kafka, in the partitions that this process has: the sum of all processes. Of a queue, all of them: the max',
  ),
  due: atBroker(
    'waybill.subscription.due',
    'Work that may be done now: what waits at the broker, summed as the lag is, and parked heads whose time has come, of which each process knows all',
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
