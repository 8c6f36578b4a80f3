import { BatchRequestTooLong, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import type { BrokerHealth } from '@waybill/messaging';
import { SqsUnavailableError } from './sqs.errors.js';
import type { NormalSqsOptions } from './sqs.options.js';

type Send = SQSClient['send'];

/** One client with its connections, the addresses of queues it has asked for, and what it last heard. */
export class SqsConnection {
  private readonly client: SQSClient;
  private readonly urls = new Map<string, string>();
  private state: BrokerHealth = { state: 'connecting' };

  constructor(private readonly options: NormalSqsOptions) {
    const { endpoint, region, credentials, requestTimeoutMs, waitSeconds } = options;
    this.client = new SQSClient({
      region,
      ...(endpoint && { endpoint }),
      ...(credentials && { credentials }),
      // A queue's URL names a host that only its own server may know; all calls go where we were told.
      useQueueUrlAsEndpoint: false,
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: 2_000,
        requestTimeout: requestTimeoutMs + waitSeconds * 1_000,
      },
    });
  }

  /** Rejects with a `SqsUnavailableError`, whose cause is what the client said. */
  async call<Answer>(
    doing: string,
    run: (send: Send, signal: AbortSignal) => Promise<Answer>,
    { waitMs = 0, signal }: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const timeUp = AbortSignal.timeout(this.options.requestTimeoutMs + waitMs);
    const either = signal ? AbortSignal.any([signal, timeUp]) : timeUp;
    try {
      const answer = await run(this.client.send.bind(this.client) as Send, either);
      this.heard();
      return answer;
    } catch (cause) {
      if (!signal?.aborted) this.failed(cause);
      throw new SqsUnavailableError(doing, { cause });
    }
  }

  /** The address of a queue by its name; asked once. */
  async urlOf(queue: string, signal?: AbortSignal): Promise<string> {
    const known = this.urls.get(queue);
    if (known) return known;
    const { QueueUrl } = await this.call(
      `the queue ${queue}`,
      (send, abortSignal) => send(new GetQueueUrlCommand({ QueueName: queue }), { abortSignal }),
      { ...(signal && { signal }) },
    );
    this.urls.set(queue, QueueUrl!);
    return QueueUrl!;
  }

  health(): BrokerHealth {
    return this.state;
  }

  close(): void {
    this.client.destroy();
  }

  private heard(): void {
    if (this.state.state === 'disconnected')
      this.options.events.emit({ kind: 'connection', broker: 'sqs', state: 'rebuilt' });
    this.state = { state: 'connected' };
  }

  /** A server that answers is connected, whatever it answers. */
  private failed(cause: unknown): void {
    if (answered(cause)) return this.heard();
    const because = cause instanceof Error ? cause.message : String(cause);
    if (this.state.state !== 'disconnected')
      this.options.events.emit({ kind: 'connection', broker: 'sqs', state: 'lost', because });
    this.state = { state: 'disconnected', lastError: because };
  }
}

export const isMissing = (error: unknown): boolean =>
  error instanceof SqsUnavailableError && error.cause instanceof QueueDoesNotExist;

/** All of a call together; ours of several messages stay far below. */
export const isTooLong = (error: unknown): boolean =>
  error instanceof SqsUnavailableError && error.cause instanceof BatchRequestTooLong;

/** The client puts the status of every answer beside the error it makes of it. */
export function answered(cause: unknown): boolean {
  const { $metadata } = (cause ?? {}) as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}
