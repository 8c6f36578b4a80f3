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
  unsettled: metric({
    name: 'waybill.orders.unsettled',
    instrument: 'ObservableGauge',
    unit: '{order}',
    description: 'Orders that are pending, by what they wait for; without a reason, for their turn',
    attributes: ['reason'],
    shownBy: ['order'],
  }),
  oldestUnsettledAge: metric({
    name: 'waybill.orders.oldest_unsettled_age',
    instrument: 'ObservableGauge',
    unit: 's',
    description: 'Age of the oldest of them; 0 when there is none',
    attributes: ['reason'],
    shownBy: ['order'],
  }),
  settleDuration: metric({
    name: 'waybill.orders.settle_duration',
    instrument: 'Histogram',
    unit: 's',
    description: 'Time from the acceptance of an order until it was settled, by what became of it',
    attributes: ['status'],
    shownBy: ['order'],
    bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800, 3_600],
  }),
} as const;
