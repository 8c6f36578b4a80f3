import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ServerError } from '../servers/servers.errors.ts';

const withinMs = 30_000;
const lookEveryMs = 20;

/** Waits until so many orders are unsettled at once, and answers how many; a `ServerError` when that never comes. */
export async function untilPending(least: number, ordersDatabaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ordersDatabaseUrl });
  await client.connect();
  try {
    for (const end = Date.now() + withinMs; Date.now() < end; await pause(lookEveryMs)) {
      const { rows } = await client.query<{ pending: number }>(
        "SELECT count(*)::int AS pending FROM orders WHERE status = 'PENDING'",
      );
      const [{ pending } = { pending: 0 }] = rows;
      if (pending >= least) return pending;
    }
    throw new ServerError(`never ${least} orders unsettled at once within ${withinMs} ms`);
  } finally {
    await client.end();
  }
}
