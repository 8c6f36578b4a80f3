import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * The relay's own connections. Each statement is prepared once per connection with one plan for all parameters:
 * planning would cost more than running it. Plans that read the whole table are ruled out, because statistics of a
 * queue are gathered now when it is empty, now when it is full, and would at times make them look cheap.
 */
export class RelayConnections {
  private readonly pool: pg.Pool;
  private readonly names = new Map<string, string>();
  private opened = 0;

  /** `onLost` hears of idle connections that broke; the next query opens a new one. */
  constructor(connectionString: string, max: number, onLost: (error: Error) => void) {
    this.pool = new pg.Pool({
      connectionString,
      max,
      application_name: 'outbox relay',
      connectionTimeoutMillis: 5_000,
      query_timeout: 30_000,
      keepAlive: true,
      // Open for as long as the relay lives: what is known of the database's state is forgotten with a connection.
      idleTimeoutMillis: 0,
      options:
        '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off',
    });
    this.pool.on('error', onLost);
    this.pool.on('connect', () => this.opened++);
  }

  /** Another one since a connection was opened: it may lead to another server. */
  get generation(): number {
    return this.opened;
  }

  async query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.pool.query({ name: this.nameOf(text), text, values: [...values] });
    return rows as Row[];
  }

  async end(): Promise<void> {
    await this.pool.end();
  }

  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known) return known;
    const name = `outbox_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    this.names.set(text, name);
    return name;
  }
}
