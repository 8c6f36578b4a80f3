import pg from 'pg';
import type { Moment } from './history.js';

/**
 * The moments of a span of time, oldest first, a few at a time. WITH HOLD: the server sorts them once into a file of its
 * own, and no snapshot stays open over the hours that sending may take, which would keep the outbox from being vacuumed.
 */
export class MomentsCursor {
  private constructor(private readonly client: pg.Client) {}

  static async open(databaseUrl: string, moments: string, from: Date, to: Date): Promise<MomentsCursor> {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on('error', () => 'the next statement says so');
    await client.connect();
    try {
      await client.query(`
        DECLARE moments NO SCROLL CURSOR WITH HOLD FOR
        SELECT at, subject, step FROM (${moments}) AS moment
        WHERE at >= ${literal(from)} AND at < ${literal(to)}
        ORDER BY at, subject, step`);
      return new MomentsCursor(client);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** None: that was all. */
  async next(atMost: number): Promise<Moment[]> {
    return (await this.client.query<Moment>(`FETCH ${atMost} FROM moments`)).rows;
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

/** DECLARE takes no parameters. */
const literal = (time: Date): string => `${pg.escapeLiteral(time.toISOString())}::timestamptz`;
