import { metrics, type BatchObservableCallback, type Counter } from '@opentelemetry/api';
import type { Backlog } from './backlog.js';
import type { Pressure } from './pressure.js';

export interface Measured {
  readonly pressure: Pressure;
  readonly backlog: Backlog;
  readonly queue: string;
}

const kinds: readonly Pressure['kind'][] = ['open', 'slowing', 'shedding'];
const meter = () => metrics.getMeter('@waybill-apps/order');

/** Shows the state whenever somebody reads the metrics; what is unknown is left out. The answer ends it. */
export function measureBackpressure(measured: Measured): () => void {
  const gauges = gaugesOf();
  const observe: BatchObservableCallback = (result) => {
    const { pressure, backlog, queue } = measured;
    for (const kind of kinds) result.observe(gauges.state, pressure.kind === kind ? 1 : 0, { state: kind });
    if (backlog.outbox) {
      result.observe(gauges.rows, backlog.outbox.rows);
      result.observe(gauges.refused, backlog.outbox.refused);
      result.observe(gauges.oldestAge, backlog.outbox.oldestAgeMs / 1_000);
    }
    if (backlog.queueDepth)
      result.observe(gauges.depth, backlog.queueDepth.messages, { 'messaging.destination.name': queue });
  };
  const all = Object.values(gauges);
  meter().addBatchObservableCallback(observe, all);
  return () => meter().removeBatchObservableCallback(observe, all);
}

/** Orders that met backpressure, by `outcome`: `delayed`, `shed`, or `repeated` (an answer given before, given again). */
export function braked(): Counter<{ outcome: 'delayed' | 'shed' | 'repeated' }> {
  return meter().createCounter('waybill.backpressure.orders', {
    unit: '{request}',
    description: 'Orders that were delayed or shed, or only asked again for their answer while shedding',
  });
}

function gaugesOf() {
  const gauge = (name: string, unit: string, description: string) =>
    meter().createObservableGauge(name, { unit, description });
  return {
    state: gauge('waybill.backpressure.state', '1', 'The state whose value is 1 holds for POST /orders'),
    rows: gauge('waybill.outbox.rows', '{row}', 'Messages in the outbox'),
    refused: gauge('waybill.outbox.refused_rows', '{row}', 'Messages that a broker will not take'),
    oldestAge: gauge('waybill.outbox.oldest_age', 's', 'Age of the oldest message that could be sent'),
    depth: gauge('waybill.queue.depth', '{message}', 'Messages ready to be delivered'),
  };
}
