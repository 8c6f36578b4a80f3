import { consumers, metric } from './metric.js';

const gauge = <const Name extends string>(name: Name, unit: string, description: string) =>
  metric({ name, instrument: 'ObservableGauge', unit, description, attributes: [], shownBy: consumers });

/** What waits to be sent, per database, and what is sent. */
export const outboxMetrics = {
  rows: gauge('waybill.outbox.rows', '{row}', 'Messages in the outbox'),
  refusedRows: gauge('waybill.outbox.refused_rows', '{row}', 'Messages in it that a broker will not take'),
  oldestAge: gauge(
    'waybill.outbox.oldest_age',
    's',
    'Age of the oldest message in it that only the relay or its broker keeps waiting',
  ),
  heldBack: metric({
    name: 'waybill.outbox.held_back',
    instrument: 'ObservableGauge',
    unit: 's',
    description:
      'Age of an open transaction that keeps the relay from reading higher or the database from removing dead rows',
    attributes: ['pid'],
    shownBy: consumers,
    onlyWhen: {
      situation: 'such a transaction has been open for more than a second; at most five are shown',
      provedBy: 'libs/telemetry/src/outbox-metrics.spec.ts',
    },
  }),
  sent: metric({
    name: 'messaging.client.sent.messages',
    instrument: 'Counter',
    unit: '{message}',
    description: 'Messages sent out of the outbox; with `error.type`, those that the broker did not confirm',
    attributes: ['messaging.system'],
    sometimes: ['error.type'],
    shownBy: consumers,
  }),
} as const;
