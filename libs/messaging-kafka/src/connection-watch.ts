import type { BrokerHealth, MessagingEvents } from '@waybill/messaging';

/** What the publishers and consumers of one broker tell of their connections; the broker's health. */
export class ConnectionWatch {
  private readonly states = new Map<string, BrokerHealth>();

  constructor(private readonly events: MessagingEvents) {}

  connected(purpose: string): void {
    const before = this.states.get(purpose);
    this.states.set(purpose, { state: 'connected' });
    if (before?.state === 'connected') return;
    this.events.emit({
      kind: 'connection',
      broker: 'kafka',
      state: before?.lastError ? 'rebuilt' : 'connected',
      because: purpose,
    });
  }

  lost(purpose: string, error: Error): void {
    this.states.set(purpose, { state: 'disconnected', lastError: error.message });
    this.events.emit({
      kind: 'connection',
      broker: 'kafka',
      state: 'lost',
      because: `${purpose}: ${error.message}`,
    });
  }

  connecting(purpose: string): void {
    if (!this.states.has(purpose)) this.states.set(purpose, { state: 'connecting' });
  }

  closed(purpose: string): void {
    this.states.delete(purpose);
  }

  /** The worst of all that is open: one lost consumer is worth a look. */
  health(): BrokerHealth {
    const states = [...this.states.values()];
    const worst =
      states.find(({ state }) => state === 'disconnected') ??
      states.find(({ state }) => state === 'connecting');
    return worst ?? { state: states.length > 0 ? 'connected' : 'connecting' };
  }
}
