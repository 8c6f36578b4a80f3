import { BrokerLoop } from './broker-loop.js';
import { OutboxWatch } from './outbox-watch.js';
import { RelayConnections } from './relay-connections.js';
import { relaySettings, type OutboxRelayOptions, type RelaySettings } from './relay.options.js';
import { WakeChannel } from './wake-channel.js';

/**
 * Sends what the outbox holds: any number of replicas, each with its share of the keys, one loop per broker.
 *
 * `idle` until `start`; `running` until `stop`; `stopping` while rounds in flight finish; `stopped` for good. It needs
 * no broker and no database to start: it keeps trying, and tells `events`.
 */
export class OutboxRelay {
  private state: 'idle' | 'running' | 'stopping' | 'stopped' = 'idle';
  private readonly settings: RelaySettings;
  private readonly connections: RelayConnections;
  private readonly channel: WakeChannel;
  private readonly watch: OutboxWatch;
  private readonly loops: readonly BrokerLoop[];
  private running: Promise<unknown> = Promise.resolve();

  constructor(options: OutboxRelayOptions) {
    this.settings = relaySettings(options);
    const brokers = Object.keys(options.publishers);
    this.connections = new RelayConnections(options.databaseUrl, brokers.length + 1, (error) =>
      this.onLost(error),
    );
    this.channel = new WakeChannel(this.settings, () => this.wake());
    this.watch = new OutboxWatch(this.connections, this.settings);
    this.loops = brokers.map((broker) => new BrokerLoop(broker, this.connections, this.settings));
  }

  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.channel.start();
    this.watch.start();
    this.running = Promise.all(this.loops.map((loop) => loop.run()));
  }

  /** Rows were committed in this process: wakes its own loops, and other replicas if there may be any. */
  poke(): void {
    if (this.state !== 'running') return;
    this.wake();
    if (this.loops.some(({ alone }) => !alone)) this.channel.announce();
  }

  /** Finishes the rounds in flight, gives up the leases, closes its connections. The rest stays for the next relay. */
  async stop(): Promise<void> {
    if (this.state === 'stopping' || this.state === 'stopped') return;
    this.state = 'stopping';
    for (const loop of this.loops) loop.stop();
    try {
      await Promise.all([this.running, this.watch.stop()]);
    } finally {
      await Promise.all([this.channel.stop(), this.connections.end()]);
      this.state = 'stopped';
    }
  }

  private wake(): void {
    for (const loop of this.loops) loop.poke();
  }

  private onLost(error: Error): void {
    const because = error.message;
    this.settings.events.emit({ kind: 'infrastructure', subscription: 'outbox relay', because, waitMs: 0 });
  }
}
