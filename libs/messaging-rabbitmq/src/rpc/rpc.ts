import type { BrokerHealth } from '@waybill/messaging';

type Headers = Readonly<Record<string, string>>;

/** One question to whoever consumes the queue. */
export interface RpcRequest {
  readonly queue: string;
  readonly body: Uint8Array;
  readonly headers?: Headers;
  /** From the call to its settling, however long the way there takes. */
  readonly limitMs: number;
  /** Who no longer waits for the answer says so here. */
  readonly signal?: AbortSignal;
}

/**
 * Asks over RabbitMQ and waits. At most once: nothing is kept, tried again or confirmed, so it is for questions without
 * effects. A command goes through the outbox.
 */
export interface RpcClient {
  /**
   * The answer's bytes. Rejects with
   * - `RpcNotSentError` at once: the broker is away or blocks publishers, or too many calls wait already;
   * - `UnroutableError`: there is no such queue;
   * - `RpcTimeoutError` after `limitMs`; an answer that comes later is dropped;
   * - `ConnectionLostError` when the connection ends first, since the answer can then no longer arrive;
   * - `RemoteError`: the other side failed, and says as what;
   * - the signal's reason, when it aborts first.
   */
  call(request: RpcRequest): Promise<Uint8Array>;
  /** Calls that wait for their answers. */
  readonly pending: number;
  health(): BrokerHealth;
  /** Settles what waits as lost, and takes no more. */
  close(): Promise<void>;
}

/** A request as the answering side gets it. */
export interface RpcQuestion {
  readonly body: Uint8Array;
  readonly headers: Headers;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The answer's bytes; a throw reaches the caller as a `RemoteError` with its class and message. */
export type Answer = (question: RpcQuestion) => Promise<Uint8Array>;

/** What a server takes on. */
export interface RpcService {
  readonly queue: string;
  /** The longest that an answer may take; a caller who waits less is told nothing later than that. */
  readonly limitMs: number;
  /** Questions in hand at a time; the rest waits in the queue, where it expires. Default 20. */
  readonly width?: number;
}

export interface RpcServer {
  /** Resolves when the broker has accepted the consumer; reconnects by itself afterwards. */
  start(): Promise<void>;
  health(): BrokerHealth;
  /** Takes no more, answers what it holds, which takes `limitMs` at most, and leaves. */
  close(): Promise<void>;
}
