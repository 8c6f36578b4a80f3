import pg from 'pg';
import { CannotVerify, reasonOf } from './verify.errors.ts';

/** bigint columns hold cents and row numbers here, far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** One connection for one question. `name` stands in the error, because the address holds a password. */
export async function readDatabase<Row extends object>(
  name: string,
  url: string,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } catch (cause) {
    throw new CannotVerify(`the ${name} database cannot be read: ${reasonOf(cause)}`, { cause });
  } finally {
    await client.end();
  }
}
