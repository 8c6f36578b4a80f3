import type { BrokerHealth, MessagingEvent } from '@waybill/messaging';
import { openSession } from './open-session.js';
import type { NormalRabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

/** Sets up a channel on a fresh session. A rejection ends the session and is tried again like a lost connection. */
export type SetUp = (session: Session) => Promise<void>;

/**
 * idle –`open`→ connecting → settingUp → open; from each of these, on failure or loss, → backingOff → connecting.
 * `retire` or `close` leads to closed, which is final. Only `keepOpen` and what it calls change the state.
 */
type State =
  | { readonly kind: 'idle' | 'connecting' | 'closed' }
  | { readonly kind: 'settingUp' | 'open'; readonly session: Session }
  | { readonly kind: 'backingOff'; readonly because: string };

type ConnectionState = Extract<MessagingEvent, { kind: 'connection' }>['state'];

/** Keeps one connection open for ever: one session after another, with growing pauses while they fail. */
export class RabbitmqConnection {
  private state: State = { kind: 'idle' };
  private running: Promise<void> = Promise.resolve();
  private readonly retired = new AbortController();
  private timesOpened = 0;
  private lastTold: string | undefined;

  constructor(
    private readonly options: NormalRabbitmqOptions,
    private readonly purpose: string,
    private readonly setUp: SetUp,
  ) {}

  open(): void {
    if (this.state.kind === 'idle') this.running = this.keepOpen();
  }

  /** No new session from now on; an open one may live to its end, so that what it holds can still be settled. */
  retire(): void {
    this.retired.abort();
    if (this.state.kind === 'settingUp') this.state.session.end();
  }

  async close(): Promise<void> {
    this.retire();
    if (this.state.kind === 'open') this.state.session.end();
    await this.running;
    this.state = { kind: 'closed' };
  }

  health(): BrokerHealth {
    switch (this.state.kind) {
      case 'open':
        return openHealth(this.state.session);
      case 'backingOff':
        return { state: 'disconnected', lastError: this.state.because };
      case 'closed':
        return { state: 'disconnected' };
      default:
        return { state: 'connecting' };
    }
  }

  private async keepOpen(): Promise<void> {
    const { signal } = this.retired;
    for (let failures = 0; !signal.aborted; failures++) {
      this.state = { kind: 'connecting' };
      const because = await this.liveOnce(() => (failures = 0));
      if (signal.aborted) break;
      this.state = { kind: 'backingOff', because: because.message };
      await this.options.clock.wait(this.backoffMs(failures), signal);
    }
    this.state = { kind: 'closed' };
  }

  /** One session from connecting to its end; answers why it ended, never rejects. */
  private async liveOnce(onOpen: () => void): Promise<Error> {
    let session: Session | undefined;
    try {
      session = await openSession(this.options, this.purpose, this.retired.signal);
      await this.makeUsable(session);
      onOpen();
      return this.tellLost(await session.ended());
    } catch (error) {
      return this.tellLost(error as Error);
    } finally {
      await session?.close();
    }
  }

  private async makeUsable(session: Session): Promise<void> {
    this.state = { kind: 'settingUp', session };
    await this.setUp(session);
    this.state = { kind: 'open', session };
    this.tell(this.timesOpened++ === 0 ? 'connected' : 'rebuilt');
    session.watchBlocking((because) => this.tellBlocking(because));
  }

  /** Once per reason, not once per attempt: an outage of an hour is one line, a new reason another. */
  private tellLost(because: Error): Error {
    const reason = `${this.purpose}: ${because.message}`;
    if (reason !== this.lastTold && !this.retired.signal.aborted) this.tell('lost', reason);
    return because;
  }

  private tellBlocking(because: string | undefined): void {
    if (because === undefined) this.tell('unblocked');
    else this.tell('blocked', `${this.purpose}: ${because}`);
  }

  private tell(state: ConnectionState, because?: string): void {
    this.lastTold = because;
    this.options.events.emit({ kind: 'connection', broker: 'rabbitmq', state, ...(because && { because }) });
  }

  /** Doubles to the longest, less up to a quarter at random so that a fleet does not return in one instant. */
  private backoffMs(failures: number): number {
    const { firstBackoffMs, longestBackoffMs } = this.options;
    const ms = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures, 16));
    return ms * (1 - Math.random() / 4);
  }
}

function openHealth({ blocked }: Session): BrokerHealth {
  if (blocked === undefined) return { state: 'connected' };
  return { state: 'blocked', lastError: `publishers are blocked: ${blocked}` };
}
