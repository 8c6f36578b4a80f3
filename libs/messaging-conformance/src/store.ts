import type { IdempotencyStore, SqlDatabase } from '@waybill/messaging';

/** Where the pipeline remembers; the database has the tables of the inbox and of `delivery-state.sql`. */
export interface Store {
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
}
