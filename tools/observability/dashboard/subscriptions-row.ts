import type { Panel, Row } from './panel.ts';

const subscription = 'messaging_destination_subscription_name';
const legend = `{{${subscription}}}`;
const chosen = `service=~"$service", ${subscription}=~"$subscription"`;

/** Each replica has its own share of it. */
const shared = (metric: string): Panel['lines'] => ({
  [legend]: `sum by (${subscription}) (${metric}{${chosen}})`,
});
/** Of a topic each replica knows what waits in its partitions, of a queue all of it. */
const waiting = (metric: string): Panel['lines'] => ({
  [legend]: `sum by (${subscription}) (${metric}{messaging_system="kafka", ${chosen}}) or max by (${subscription}) (${metric}{${chosen}})`,
});
/** Each replica reads the same database. */
const same = (metric: string): Panel['lines'] => ({
  [legend]: `max by (${subscription}) (${metric}{${chosen}})`,
});
const rate = (metric: string): string =>
  `sum by (${subscription}) (rate(${metric}{${chosen}}[$__rate_interval]))`;

const quantile = (share: number, metric: string): string =>
  `histogram_quantile(${share}, sum by (${subscription}, le) (rate(${metric}_bucket{${chosen}}[$__rate_interval])))`;

const state = (name: string): string =>
  `max by (${subscription}) (waybill_subscription_state{state="${name}", ${chosen}})`;

const outcomes = {
  duplicates: 'copies',
  retries: 'again later',
  parked: 'parked',
  released: 'released',
  dead_letters: 'dead letters',
  lost: 'lost',
  passed_over: 'passed over',
  transacted: 'in transactions',
};

/** Of all subscriptions that are chosen, and together: one line for each would be eighty. */
const ofAll = (counter: string): string =>
  `sum(rate(waybill_messages_${counter}_total{${chosen}}[$__rate_interval]))`;

export const subscriptions: Row = {
  title: 'Subscriptions',
  panels: [
    {
      title: 'State',
      about: 'Paused by a person; open: the flood breaker stopped it; wedged: work and no progress.',
      unit: 'short',
      shape: 'states',
      width: 24,
      words: {
        0: ['running', 'green'],
        1: ['paused', 'yellow'],
        2: ['open', 'red'],
        3: ['wedged', 'red'],
      },
      lines: { [legend]: `${state('paused')} + 2 * ${state('open')} + 3 * ${state('wedged')}` },
    },
    {
      title: 'Lag',
      about: 'What waits at the broker.',
      unit: 'short',
      lines: waiting('waybill_subscription_lag'),
    },
    {
      title: 'Due',
      about: 'Work that may be done now: what waits, and parked heads whose time has come. Scale on it.',
      unit: 'short',
      lines: waiting('waybill_subscription_due'),
    },
    {
      title: 'In flight',
      about: 'In hand of the processes.',
      unit: 'short',
      lines: shared('waybill_subscription_in_flight'),
    },
    {
      title: 'Age of the oldest in hand or parked',
      about: 'Since it was first seen. Behind a dead head it rises until somebody decides.',
      unit: 's',
      lines: same('waybill_subscription_oldest_age'),
    },
    {
      title: 'Parked',
      about: 'Behind a head of the same key that waits or is dead.',
      unit: 'short',
      lines: same('waybill_subscription_parked'),
    },
    {
      title: 'Handled',
      about: 'Messages a second whose handler has finished.',
      unit: 'ops',
      shape: 'areas',
      lines: { [legend]: rate('waybill_messages_handled_total') },
    },
    {
      title: 'Handle time, p50',
      about: 'Of one message; in a batch, its share.',
      unit: 's',
      lines: { [legend]: quantile(0.5, 'messaging_process_duration') },
    },
    {
      title: 'Handle time, p99',
      about: 'Of one message; in a batch, its share.',
      unit: 's',
      lines: { [legend]: quantile(0.99, 'messaging_process_duration') },
    },
    {
      title: 'Runs of messages that did not go straight through, p99',
      about: 'How many runs they took until they were handled or set aside.',
      unit: 'short',
      lines: { [legend]: quantile(0.99, 'waybill_messages_attempts') },
    },
    {
      title: 'What else became of messages',
      about: 'Everything but handled, of the subscriptions chosen above.',
      unit: 'ops',
      shape: 'areas',
      width: 12,
      lines: Object.fromEntries(Object.entries(outcomes).map(([counter, word]) => [word, ofAll(counter)])),
    },
    {
      title: 'Breakers, wedged looks, rebuilt consumers, suspects',
      about: 'Each is rare. A suspect was in hand of a process that died.',
      unit: 'short',
      width: 12,
      lines: {
        [`${legend} opened`]: rate('waybill_breaker_opened_total'),
        [`${legend} closed`]: rate('waybill_breaker_closed_total'),
        [`${legend} wedged`]: rate('waybill_subscriptions_wedged_total'),
        [`${legend} rebuilt`]: rate('waybill_subscriptions_rebuilt_total'),
        [`${legend} suspects`]: rate('waybill_messages_suspects_total'),
      },
    },
    {
      title: 'Time of transactions, p99',
      about: 'Of a broker, on lanes that read and write Kafka exactly once.',
      unit: 's',
      lines: { [legend]: quantile(0.99, 'waybill_transactions_time') },
    },
  ],
};
