import type { Row } from './panel.ts';

export const pressureWords = {
  0: ['open', 'green'],
  1: ['slowing', 'yellow'],
  2: ['shedding', 'red'],
} as const;

const pressure =
  'max(waybill_backpressure_state{state="slowing"}) + 2 * max(waybill_backpressure_state{state="shedding"})';

export const atAGlance: Row = {
  title: 'At a glance',
  panels: [
    {
      title: 'Alerts',
      about: 'How many fire. Each names its page in docs/how-to/runbooks.',
      unit: 'short',
      shape: 'number',
      width: 3,
      redFrom: 1,
      lines: { firing: 'count(ALERTS{alertstate="firing"}) or vector(0)' },
    },
    {
      title: 'Services down',
      about: 'Processes that do not answer GET /metrics.',
      unit: 'short',
      shape: 'number',
      width: 3,
      redFrom: 1,
      lines: { down: 'count(up{job="waybill"} == 0) or vector(0)' },
    },
    {
      title: 'New orders',
      about: 'What POST /orders does: takes them, makes clients wait, or sends them away with 503.',
      unit: 'short',
      shape: 'number',
      width: 3,
      words: pressureWords,
      lines: { state: pressure },
    },
    {
      title: 'Oldest unsettled order',
      about: 'Neither confirmed, rejected nor expired. Red when even the sweep has not settled it.',
      unit: 's',
      shape: 'number',
      width: 3,
      redFrom: 1500,
      lines: { age: 'max(waybill_orders_oldest_unsettled_age)' },
    },
    {
      title: 'Oldest in an outbox',
      about: 'What waits longest to be sent, in any service.',
      unit: 's',
      shape: 'number',
      width: 3,
      redFrom: 15,
      lines: { age: 'max(waybill_outbox_oldest_age)' },
    },
    {
      title: 'Dead letters',
      about: 'Set aside, and nobody has decided about them.',
      unit: 'short',
      shape: 'number',
      width: 3,
      redFrom: 1,
      lines: {
        open: 'sum(max by (messaging_destination_subscription_name) (waybill_dead_letters_open)) or vector(0)',
      },
    },
    {
      title: 'Audit chain',
      about: 'The last verification.',
      unit: 'short',
      shape: 'number',
      width: 3,
      words: { 0: ['broken', 'red'], 1: ['whole', 'green'] },
      lines: { chain: 'min(waybill_audit_chain_ok)' },
    },
    {
      title: 'Rails differ',
      about: 'Events of orders that only Kafka or only RabbitMQ has brought, beyond the grace period.',
      unit: 'short',
      shape: 'number',
      width: 3,
      redFrom: 1,
      lines: { differences: 'max(waybill_audit_rails_differences)' },
    },
  ],
};

export const orders: Row = {
  title: 'Orders',
  panels: [
    {
      title: 'Placed',
      about: 'POST /orders by its answer: 202 is an order (or the answer to a repeated key), 503 was shed.',
      unit: 'reqps',
      shape: 'areas',
      lines: {
        '{{http_response_status_code}}':
          'sum by (http_response_status_code) (rate(http_server_request_duration_count{http_request_method="POST", http_route="/orders"}[$__rate_interval]))',
      },
    },
    {
      title: 'Settled',
      about: 'Orders that came to their end, by which.',
      unit: 'ops',
      shape: 'areas',
      lines: {
        '{{status}}': 'sum by (status) (rate(waybill_orders_settle_duration_count[$__rate_interval]))',
      },
    },
    {
      title: 'Time to settle',
      about: 'From the order to its end.',
      unit: 's',
      lines: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(waybill_orders_settle_duration_bucket[$__rate_interval])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(waybill_orders_settle_duration_bucket[$__rate_interval])))',
      },
    },
    {
      title: 'Unsettled',
      about: 'Orders under way, by what they wait for where that is known.',
      unit: 'short',
      shape: 'areas',
      lines: { 'under way {{reason}}': 'max by (reason) (waybill_orders_unsettled)' },
    },
    {
      title: 'Age of the oldest unsettled order',
      about: 'Rises by a second a second while an order is stuck.',
      unit: 's',
      lines: { 'under way {{reason}}': 'max by (reason) (waybill_orders_oldest_unsettled_age)' },
    },
    {
      title: 'Stock still to be reserved',
      about: 'Depth of the queue that the order API brakes by.',
      unit: 'short',
      lines: {
        '{{messaging_destination_name}}': 'max by (messaging_destination_name) (waybill_queue_depth)',
      },
    },
    {
      title: 'Backpressure',
      about: 'What POST /orders did when.',
      unit: 'short',
      shape: 'states',
      width: 12,
      words: pressureWords,
      lines: { 'POST /orders': pressure },
    },
    {
      title: 'Orders that met backpressure',
      about: 'Delayed, shed, or only asked again for an answer they had got.',
      unit: 'ops',
      shape: 'areas',
      width: 12,
      lines: {
        '{{outcome}}': 'sum by (outcome) (rate(waybill_backpressure_orders_total[$__rate_interval]))',
      },
    },
  ],
};
