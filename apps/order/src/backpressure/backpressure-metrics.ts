import { counterOf, orderMetrics, show } from '@waybill/telemetry';
import type { Backlog } from './backlog.js';
import type { Pressure } from './pressure.js';

export interface Measured {
  readonly pressure: Pressure;
  readonly backlog: Backlog;
  readonly queue: string;
}

const kinds: readonly Pressure['kind'][] = ['open', 'slowing', 'shedding'];
const outcomes = ['delayed', 'shed', 'repeated'] as const;

/** Shows the state whenever somebody reads the metrics; what is unknown is left out. The answer ends it. */
export function measureBackpressure(measured: Measured): () => void {
  for (const outcome of outcomes) braked.add(0, { outcome });
  const shown = [
    show(orderMetrics.backpressureState, () => states(measured.pressure)),
    show(orderMetrics.queueDepth, () => depth(measured)),
  ];
  return () => shown.forEach((stop) => stop());
}

/** Orders that met backpressure, by `outcome`: `delayed`, `shed`, or `repeated` (an answer given before, given again). */
export const braked = counterOf(orderMetrics.backpressureOrders);

const states = ({ kind }: Pressure) =>
  kinds.map((state) => ({ value: kind === state ? 1 : 0, attributes: { state } }));

const depth = ({ backlog: { queueDepth }, queue }: Measured) =>
  queueDepth ? [{ value: queueDepth.messages, attributes: { 'messaging.destination.name': queue } }] : [];
