import { metric } from './metric.js';

/** What the payment service alone knows. */
export const paymentMetrics = {
  refundsUnknown: metric({
    name: 'waybill.refunds.unknown',
    instrument: 'ObservableGauge',
    unit: '{refund}',
    description: 'Refunds that were asked for more than half an hour ago and are not known to be done',
    attributes: [],
    shownBy: ['payment'],
  }),
} as const;
