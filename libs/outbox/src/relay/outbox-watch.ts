import { statusOf, type BrokerBacklog } from '../outbox-status.js';
import { selectHeldBack } from '../statements/select-held-back.js';
import { selectStatus } from '../statements/select-status.js';
import type { RelayConnections } from './relay-connections.js';
import type { RelaySettings } from './relay.options.js';

/**
 * Tells every few seconds what waits in the outbox, and which open transactions hold the relay or the database back. One
 * look at a time, and a pause after each; a look that fails tells nothing, since the loops tell of a database that is away.
 */
export class OutboxWatch {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly connections: RelayConnections,
    private readonly settings: Pick<RelaySettings, 'clock' | 'events' | 'lookEveryMs'>,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the look under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, lookEveryMs } = this.settings;
    while (!this.stopping.signal.aborted) {
      await this.look().catch(() => undefined);
      await clock.wait(lookEveryMs, this.stopping.signal);
    }
  }

  private async look(): Promise<void> {
    const { rows, refused, oldestSendableAgeMs } = statusOf(
      await this.connections.query<BrokerBacklog>(selectStatus, []),
    );
    const heldBackBy = await this.connections.query<{ pid: number; ageMs: number }>(selectHeldBack, []);
    this.settings.events.emit({
      kind: 'outbox',
      rows,
      refused,
      oldestAgeMs: oldestSendableAgeMs,
      heldBackBy,
    });
  }
}
