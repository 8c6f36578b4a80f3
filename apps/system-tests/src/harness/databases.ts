import pg from 'pg';

export type DatabaseName = 'ORDERS' | 'PAYMENTS' | 'AUDIT' | 'PSP';

/** Looks into the services' databases from outside; one connection for one question, so that none outlives a kill. */
export class Databases {
  private readonly environment: Readonly<Record<string, string>>;

  constructor(environment: Readonly<Record<string, string>>) {
    this.environment = environment;
  }

  async query<Row extends object>(name: DatabaseName, sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.environment[`${name}_DATABASE_URL`] });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Runs `work` while a transaction of ours holds what the statement locks. */
  async whileLocked<T>(
    name: DatabaseName,
    lock: string,
    values: unknown[],
    work: () => Promise<T>,
  ): Promise<T> {
    const client = new pg.Client({ connectionString: this.environment[`${name}_DATABASE_URL`] });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(lock, values);
      return await work();
    } finally {
      await client.end(); // and with it the transaction
    }
  }

  /** `count('ORDERS', 'orders', "status = 'PENDING'")` */
  async count(name: DatabaseName, table: string, condition = 'true'): Promise<number> {
    const rows = await this.query<{ n: number }>(
      name,
      `SELECT count(*)::int AS n FROM ${table} WHERE ${condition}`,
    );
    return rows[0]!.n;
  }
}
