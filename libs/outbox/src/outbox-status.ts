import type { SqlDatabase } from '@waybill/messaging';
import { selectStatus } from './statements/select-status.js';

export interface BrokerBacklog {
  readonly broker: string;
  readonly rows: number;
  /** Of these, rows the broker will not take; each holds up its key. */
  readonly refused: number;
  /** Age of the oldest row that could have been sent; 0 when none. */
  readonly oldestAgeMs: number;
  /** The same without refused rows and those behind them: they wait for a person, not for the relay. */
  readonly oldestSendableAgeMs: number;
}

export interface OutboxStatus {
  readonly rows: number;
  readonly refused: number;
  readonly oldestAgeMs: number;
  readonly oldestSendableAgeMs: number;
  /** Only brokers with rows. */
  readonly brokers: readonly BrokerBacklog[];
}

/** What waits to be sent: for health, metrics and backpressure. It counts rows, so ask once a second, not per request. */
export async function outboxStatus(database: SqlDatabase): Promise<OutboxStatus> {
  return statusOf(
    await database.transaction((transaction) => transaction.query<BrokerBacklog>(selectStatus)),
  );
}

export function statusOf(brokers: readonly BrokerBacklog[]): OutboxStatus {
  return {
    rows: brokers.reduce((sum, { rows }) => sum + rows, 0),
    refused: brokers.reduce((sum, { refused }) => sum + refused, 0),
    oldestAgeMs: Math.max(0, ...brokers.map(({ oldestAgeMs }) => oldestAgeMs)),
    oldestSendableAgeMs: Math.max(0, ...brokers.map(({ oldestSendableAgeMs }) => oldestSendableAgeMs)),
    brokers,
  };
}
