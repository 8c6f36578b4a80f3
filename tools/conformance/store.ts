import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import { deliveryStateSql } from '@waybill/messaging';
import type { Store } from '@waybill/messaging-conformance';
import { pgDatabase } from '@waybill/outbox';
import { throwawayDatabase } from '@waybill/test-kit';
import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** A database of its own with the tables of inbox and delivery state, on the server of `TEST_POSTGRES_URL`. */
export async function openStore(): Promise<Store & { close(): Promise<void> }> {
  const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
  const throwaway = await throwawayDatabase({ sql: sql.join('\n') });
  const pool = new pg.Pool({ connectionString: throwaway.url, max: 100 });
  pool.on('error', () => undefined); // an idle connection that the database's end has cut
  return {
    database: pgDatabase(pool),
    inbox: new PostgresInbox(),
    close: async () => {
      await pool.end();
      await throwaway.drop();
    },
  };
}
