import type { Row } from './panel.ts';

const chosen = 'service=~"$service"';

export const outbox: Row = {
  title: 'Outbox and brokers',
  panels: [
    {
      title: 'Rows',
      about: 'What waits to be sent, and of these what a broker will not take.',
      unit: 'short',
      lines: {
        '{{service}}': `max by (service) (waybill_outbox_rows{${chosen}})`,
        '{{service}} refused': `max by (service) (waybill_outbox_refused_rows{${chosen}})`,
      },
    },
    {
      title: 'Age of the oldest row',
      about:
        'That only the relay or its broker keeps waiting. From 5 s on new orders wait, from 30 s on they are shed.',
      unit: 's',
      lines: { '{{service}}': `max by (service) (waybill_outbox_oldest_age{${chosen}})` },
    },
    {
      title: 'Open transactions that hold back',
      about: 'Age of each, by process of PostgreSQL. Nothing is the rule.',
      unit: 's',
      lines: { '{{service}} {{pid}}': `max by (service, pid) (waybill_outbox_held_back{${chosen}})` },
    },
    {
      title: 'Sent',
      about: 'Out of the outbox, a second, by broker; with an error, those that it did not confirm.',
      unit: 'ops',
      shape: 'areas',
      lines: {
        '{{messaging_system}} {{error_type}}': `sum by (messaging_system, error_type) (rate(messaging_client_sent_messages_total{${chosen}}[$__rate_interval]))`,
      },
    },
    {
      title: 'Blocked connections',
      about: 'On which the broker takes no messages just now: memory or disk alarm.',
      unit: 'short',
      lines: {
        '{{service}} {{messaging_system}}': `sum by (service, messaging_system) (waybill_connections_blocked{${chosen}})`,
      },
    },
    {
      title: 'Lost without asking',
      about: 'Messages sent at most once that are known not to have arrived.',
      unit: 'ops',
      lines: {
        '{{messaging_destination_name}}': `sum by (messaging_destination_name) (rate(waybill_publishes_lost_total{${chosen}}[$__rate_interval]))`,
      },
    },
  ],
};

export const audit: Row = {
  title: 'Dead letters and audit',
  panels: [
    {
      title: 'Dead letters',
      about: 'Not replayed, corrected or discarded.',
      unit: 'short',
      shape: 'areas',
      lines: {
        '{{messaging_destination_subscription_name}}':
          'max by (messaging_destination_subscription_name) (waybill_dead_letters_open)',
      },
    },
    {
      title: 'Age of the oldest dead letter',
      about: 'How long somebody has waited for a decision.',
      unit: 's',
      lines: {
        '{{messaging_destination_subscription_name}}':
          'max by (messaging_destination_subscription_name) (waybill_dead_letters_oldest_age)',
      },
    },
    {
      title: 'Audit chain and rails',
      about:
        'The chain: 1 is whole. Differences: events of orders on one rail only, beyond the grace period.',
      unit: 'short',
      lines: {
        chain: 'min(waybill_audit_chain_ok)',
        differences: 'max(waybill_audit_rails_differences)',
      },
    },
  ],
};

const mails = 'messaging_destination_subscription_name="order-notifications.fifo"';

export const outside: Row = {
  title: 'Payment provider, mail, questions',
  panels: [
    {
      title: 'Payment provider, p99',
      about: 'Time of a question to it. A timeout is no failure: it is asked again.',
      unit: 's',
      lines: {
        '{{http_request_method}}':
          'histogram_quantile(0.99, sum by (http_request_method, le) (rate(http_client_request_duration_bucket[$__rate_interval])))',
      },
    },
    {
      title: 'Payment provider, answers',
      about: 'By status, or by the error where there was none.',
      unit: 'reqps',
      shape: 'areas',
      lines: {
        '{{http_response_status_code}} {{error_type}}':
          'sum by (http_response_status_code, error_type) (rate(http_client_request_duration_count[$__rate_interval]))',
      },
    },
    {
      title: 'Refunds without an answer',
      about: 'Unknown for longer than they should be.',
      unit: 'short',
      lines: { unknown: 'max(waybill_refunds_unknown)' },
    },
    {
      title: 'Mails',
      about: 'Handled by the notification service, and what was retried or set aside.',
      unit: 'ops',
      lines: {
        mailed: `sum(rate(waybill_messages_handled_total{${mails}}[$__rate_interval]))`,
        'again later': `sum(rate(waybill_messages_retries_total{${mails}}[$__rate_interval]))`,
        'dead letters': `sum(rate(waybill_messages_dead_letters_total{${mails}}[$__rate_interval]))`,
      },
    },
    {
      title: 'Time of a mail',
      about: 'Invoice fetched and verified, and handed to SMTP.',
      unit: 's',
      lines: {
        p50: `histogram_quantile(0.5, sum by (le) (rate(messaging_process_duration_bucket{${mails}}[$__rate_interval])))`,
        p99: `histogram_quantile(0.99, sum by (le) (rate(messaging_process_duration_bucket{${mails}}[$__rate_interval])))`,
      },
    },
    {
      title: 'Questions',
      about: 'Asked over RabbitMQ, by what became of them. A late answer is dropped.',
      unit: 'ops',
      shape: 'areas',
      lines: {
        '{{messaging_destination_name}} {{outcome}}':
          'sum by (messaging_destination_name, outcome) (rate(waybill_rpc_calls_total[$__rate_interval]))',
        'late answers': 'sum(rate(waybill_rpc_late_answers_total[$__rate_interval]))',
      },
    },
  ],
};
