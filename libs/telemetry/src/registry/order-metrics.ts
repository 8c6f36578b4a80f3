import { metric } from './metric.js';

/** What the order service alone knows. */
export const orderMetrics = {
  backpressureState: metric({
    name: 'waybill.backpressure.state',
    instrument: 'ObservableGauge',
    unit: '1',
    description: 'The state whose value is 1 holds for POST /orders',
    attributes: ['state'],
    shownBy: ['order'],
  }),
  backpressureOrders: metric({
    name: 'waybill.backpressure.orders',
    instrument: 'Counter',
    unit: '{request}',
    description: 'Orders that were delayed or shed, or only asked again for their answer while shedding',
    attributes: ['outcome'],
    shownBy: ['order'],
  }),
  queueDepth: metric({
    name: 'waybill.queue.depth',
    instrument: 'ObservableGauge',
    unit: '{message}',
    description: 'Messages ready to be delivered; absent while the queue cannot be read',
    attributes: ['messaging.destination.name'],
    shownBy: ['order'],
  }),
} as const;
