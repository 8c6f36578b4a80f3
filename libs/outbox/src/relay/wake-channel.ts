import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { RelaySettings } from './relay.options.js';

const channel = 'waybill_outbox';
const quietMs = 10;
const reconnectMs = 1_000;

/**
 * Wakes the relays of other replicas, and is woken by them, on a connection of its own: a NOTIFY inside a business
 * transaction would serialise commits. At most one every 10 ms. What is lost while there is no connection, polling
 * finds.
 */
export class WakeChannel {
  private readonly stopping = new AbortController();
  private wanted = false;
  private sending: Promise<void> | undefined;
  private client: pg.Client | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: RelaySettings,
    private readonly onWoken: () => void,
  ) {}

  start(): void {
    this.running = this.stayConnected();
  }

  /** Tells the others that rows were committed. */
  announce(): void {
    this.wanted = true;
    this.sending ??= this.send().finally(() => (this.sending = undefined));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async send(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      // A failure ends the connection, which `stayConnected` reports and replaces.
      await this.client
        ?.query('SELECT pg_notify($1, $2)', [channel, this.settings.owner])
        .catch(() => this.wanted);
      await this.settings.clock.wait(quietMs, this.stopping.signal);
    }
  }

  private async stayConnected(): Promise<void> {
    const { clock, events } = this.settings;
    while (!this.stopping.signal.aborted) {
      const because = await this.listen().catch((error: unknown) => String(error));
      this.client = undefined;
      if (this.stopping.signal.aborted) return;
      const subscription = 'outbox wake-up';
      events.emit({ kind: 'infrastructure', subscription, because, waitMs: reconnectMs });
      await clock.wait(reconnectMs, this.stopping.signal);
    }
  }

  /** Listens until the connection ends; answers why it did. */
  private async listen(): Promise<string> {
    const client = new pg.Client({
      connectionString: this.settings.databaseUrl,
      application_name: 'outbox wake-up',
      keepAlive: true,
    });
    const ended = new Promise<string>((resolve) => {
      client.on('error', (error) => resolve(error.message));
      client.on('end', () => resolve('connection ended'));
    });
    // No goodbye: nothing is under way that matters, and a server that has stopped answering would never hear it.
    const cut = () => (client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
    this.stopping.signal.addEventListener('abort', cut, { once: true });
    client.on('notification', ({ payload }) => {
      if (payload !== this.settings.owner) this.onWoken();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.client = client;
      this.onWoken();
      return await ended;
    } finally {
      this.stopping.signal.removeEventListener('abort', cut);
    }
  }
}
