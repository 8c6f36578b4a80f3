import { addresses } from './addresses.js';

/**
 * Groups that read Kafka and write Kafka in one transaction (docs/adr/0021). They are no subscriptions: nothing is retried
 * elsewhere, parked or set aside, and no database is part of it.
 */
export const lanes = {
  salesPerMinute: {
    group: 'sales-per-minute',
    from: addresses.orderEvents,
    to: addresses.salesPerMinute,
    /** Sales are looked at by the minute, and a transaction for every order costs the brokers more than the order. */
    gatherMs: 5_000,
  },
} as const;
