import { isIP } from 'node:net';
import { createClient } from '@redis/client';
import type { MessagingEvents } from '@waybill/messaging';
import { EvictingRedisError, RedisAwayError } from '../idempotency.errors.js';
import type { Script } from './script.js';

interface ConnectionOptions {
  readonly url: string;
  readonly ssl?: { readonly ca: string };
  readonly silenceMs: number;
  readonly events?: MessagingEvents;
  /** At each connection that may be used, before anything else is sent on it. */
  readonly onOpen: () => void;
}

type Client = ReturnType<typeof clientFor>;

type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'shut'; readonly because: RedisAwayError | EvictingRedisError };

const longestPauseMs = 2_000;

/**
 * One connection, made again for as long as it takes. `shut` until the server has been reached and its eviction policy
 * found right → `open` → `shut` when the connection is lost. Shut, every command is refused at once; nothing is queued,
 * since a claim sent later than it was asked for would belong to nobody. A server that evicts keeps it shut, until one
 * look finds the policy changed. One that takes no writes is left for whatever the address leads to by then.
 */
export class RedisConnection {
  private client: Client;
  private state: State = { kind: 'shut', because: new RedisAwayError('not connected yet') };
  private looking: Promise<void> | undefined;

  constructor(private readonly options: ConnectionOptions) {
    this.client = this.newClient();
  }

  /** Resolves when the connection is open, however long Redis is away; rejects when it evicts, or is closed meanwhile. */
  async start(): Promise<void> {
    await this.client.connect().catch((error: unknown) => {
      throw new RedisAwayError('the inbox was closed before it was reached', { cause: error });
    });
    await this.look();
    if (this.state.kind === 'open' || !(this.state.because instanceof EvictingRedisError)) return;
    const { because } = this.state;
    this.close();
    throw because;
  }

  close(): void {
    this.client.destroy();
    this.state = { kind: 'shut', because: new RedisAwayError('the inbox is closed') };
  }

  /** Rejects while the connection is shut. One that is shut for its policy is looked at again. */
  async beOpen(): Promise<void> {
    if (this.state.kind === 'shut' && this.client.isReady) await this.look();
    if (this.state.kind === 'shut') throw this.state.because;
  }

  /** Whatever Redis answers but a result, it is not the message's fault. */
  async run(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    await this.beOpen();
    const { client } = this;
    const options = { keys: [...keys], arguments: [...values] };
    try {
      return await client.evalSha(script.sha, options).catch((error: Error) => {
        if (!error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(script.text, options);
      });
    } catch (cause) {
      const because = cause instanceof Error ? cause.message || cause.name : String(cause);
      const away = new RedisAwayError(because, { cause });
      if (because.startsWith('READONLY')) this.leave(client, away);
      throw away;
    }
  }

  /** A failover has made a replica of it. Its connection would stand for ever. */
  private leave(replica: Client, because: RedisAwayError): void {
    if (replica !== this.client || this.state.kind === 'shut') return;
    this.shut(because);
    this.client = this.newClient();
    replica.destroy();
    this.client.connect().catch(() => 'closed meanwhile');
  }

  private newClient(): Client {
    const client = clientFor(this.options);
    client.on('ready', () => void this.look());
    client.on('error', (error: Error) => {
      if (client === this.client)
        this.shut(new RedisAwayError(error.message || error.name, { cause: error }));
    });
    return client;
  }

  /** Whoever asks while somebody looks waits for the same answer. */
  look(): Promise<void> {
    return (this.looking ??= this.lookAtPolicy().finally(() => (this.looking = undefined)));
  }

  /** From INFO: managed servers often forbid CONFIG. */
  private async lookAtPolicy(): Promise<void> {
    try {
      const policy = policyIn(await this.client.info('memory'));
      if (policy === 'noeviction') this.open();
      else this.shut(new EvictingRedisError(policy));
    } catch (error) {
      this.shut(new RedisAwayError(String(error), { cause: error }));
    }
  }

  private open(): void {
    if (this.state.kind === 'open') return;
    this.state = { kind: 'open' };
    this.tell('connected');
    this.options.onOpen();
  }

  /** Each reason is told once, though each vain attempt to connect is an error of its own. */
  private shut(because: RedisAwayError | EvictingRedisError): void {
    const before = this.state;
    this.state = { kind: 'shut', because };
    if (before.kind === 'shut' && before.because.message === because.message) return;
    this.tell('lost', because.message);
  }

  private tell(state: 'connected' | 'lost', because?: string): void {
    this.options.events?.emit({ kind: 'connection', broker: 'redis', state, ...(because && { because }) });
  }
}

/**
 * A command that has been written has no time limit of its own in this client, so silence ends the connection: the ping
 * makes sure that a healthy server is never silent for so long. The client's own strategy stops for good after that.
 */
const clientFor = ({ url, ssl, silenceMs }: ConnectionOptions) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    pingInterval: Math.ceil(silenceMs / 2),
    socket: {
      ...(url.startsWith('rediss:') && { tls: true, servername: serverName(url), ...ssl }),
      connectTimeout: silenceMs,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) => Math.min(longestPauseMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });

/** Told to a server that holds certificates for several names; an address cannot be. */
const serverName = (url: string): string => {
  const { hostname } = new URL(url);
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? '' : hostname;
};

const policyIn = (info: string): string => /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'unknown';
