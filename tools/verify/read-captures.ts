import type { Capture } from './evidence.ts';
import { readDatabase } from './read-database.ts';

/** Charge by charge: the totals of `GET /ledger` cannot show which order was charged twice. */
export const readCaptures = (pspDatabaseUrl: string): Promise<Capture[]> =>
  readDatabase(
    'psp',
    pspDatabaseUrl,
    `SELECT order_id AS "orderId", amount_cents AS "amountCents", refunded_at IS NOT NULL AS refunded
     FROM charges WHERE status = 'captured'`,
  );
