import { metric } from './metric.js';

const gauge = <const Name extends string>(name: Name, unit: string, description: string) =>
  metric({ name, instrument: 'ObservableGauge', unit, description, attributes: [], shownBy: ['order'] });

/** What waits to be sent, per database. */
export const outboxMetrics = {
  rows: gauge('waybill.outbox.rows', '{row}', 'Messages in the outbox'),
  refusedRows: gauge('waybill.outbox.refused_rows', '{row}', 'Messages that a broker will not take'),
  oldestAge: gauge('waybill.outbox.oldest_age', 's', 'Age of the oldest message that could be sent'),
} as const;
