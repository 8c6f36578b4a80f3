import pg from 'pg';
import { WaybillError } from '../waybill.errors.ts';

/** One connection for a while. `variable` stands in the error, because the address holds a password. */
export async function withDatabase<T>(
  variable: string,
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (cause) {
    throw new WaybillError(`${variable} cannot be reached: ${String(cause)}`, { cause });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
