import { randomUUID } from 'node:crypto';
import { SpanKind, trace } from '@opentelemetry/api';
import { inSpan, messagingAttributes, type BrokerHealth, type SpanDescription } from '@waybill/messaging';
import type { Message } from 'amqplib';
import { RabbitmqConnection } from '../connection.js';
import { Deferred } from '../deferred.js';
import { ConnectionLostError, RpcNotSentError, UnroutableError } from '../rabbitmq.errors.js';
import { normalise, type NormalRabbitmqOptions, type RabbitmqOptions } from '../rabbitmq.options.js';
import type { Session } from '../session.js';
import { outcomeOf, type CallOutcome } from './call-outcome.js';
import { CallingChannel, type Replies } from './calling-channel.js';
import { PendingCall } from './pending-call.js';
import { failureIn, requestProperties } from './rpc-messages.js';
import type { RpcClient, RpcRequest } from './rpc.js';

/** Calls that wait at a time, unless said otherwise: while nobody answers, each holds memory for its whole limit. */
const defaultMostPending = 1_000;

const tracer = trace.getTracer('@waybill/messaging-rabbitmq');

export interface RpcClientOptions extends RabbitmqOptions {
  /** Above it calls are refused at once. Default 1,000. */
  readonly mostPending?: number;
}

/** Connects at once and for ever, on a connection of its own. */
export function rabbitmqRpcClient({
  mostPending = defaultMostPending,
  ...options
}: RpcClientOptions): RpcClient {
  return new RabbitmqRpcClient(mostPending, normalise(options)).open();
}

/**
 * Calls by direct reply-to. Only `pending` knows a call: what is not in it any more (late, cancelled, of a lost
 * connection) is nobody's, and a reply to it is dropped.
 */
class RabbitmqRpcClient implements RpcClient, Replies {
  private readonly connection: RabbitmqConnection;
  private readonly calls = new Map<string, PendingCall>();
  private channel = new Deferred<CallingChannel>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly mostPending: number,
    private readonly options: NormalRabbitmqOptions,
  ) {
    this.connection = new RabbitmqConnection(options, 'rpc', (session) => this.setUp(session));
  }

  open(): this {
    this.connection.open();
    return this;
  }

  get pending(): number {
    return this.calls.size;
  }

  async call(request: RpcRequest): Promise<Uint8Array> {
    const tell = (outcome: CallOutcome) =>
      this.options.events.emit({ kind: 'asked', broker: 'rabbitmq', queue: request.queue, outcome });
    try {
      const answer = await inSpan(tracer, spanOf(request), () => this.settled(request));
      tell('answered');
      return answer;
    } catch (failure) {
      tell(outcomeOf(failure));
      throw failure;
    }
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  close(): Promise<void> {
    this.closing ??= this.connection.close();
    this.loseAll(new ConnectionLostError('the caller is closed'));
    return this.closing;
  }

  answered(correlationId: string, reply: Message): void {
    const call = this.calls.get(correlationId);
    if (!call) this.options.events.emit({ kind: 'answeredLate', broker: 'rabbitmq' });
    const failure = failureIn(reply);
    if (failure) call?.reject(failure);
    else call?.resolve(reply.content);
  }

  returned(correlationId: string, queue: string): void {
    this.calls.get(correlationId)?.reject(new UnroutableError('', queue));
  }

  private async settled(request: RpcRequest): Promise<Uint8Array> {
    request.signal?.throwIfAborted();
    this.refuseHopeless();
    const id = randomUUID();
    const call = new PendingCall(request, () => this.calls.delete(id));
    this.calls.set(id, call);
    this.ask(id, request, call).catch((because: Error) => call.reject(because));
    return call.answer;
  }

  /** Waiting out the limit would tell the caller nothing new. A connection on its way is waited for. */
  private refuseHopeless(): void {
    const { state, lastError } = this.health();
    if (this.closing) throw new RpcNotSentError('the caller is closed');
    if (state === 'disconnected' || state === 'blocked')
      throw new RpcNotSentError(lastError ?? 'not connected');
    if (this.calls.size >= this.mostPending)
      throw new RpcNotSentError(`${this.mostPending} calls wait for answers already`);
  }

  private async ask(id: string, request: RpcRequest, call: PendingCall): Promise<void> {
    const answerByMs = Date.now() + request.limitMs;
    // What has not been asked can only fail; waiting on would keep it for as long as the broker is away.
    const channel = await Promise.race([this.channel.promise, call.answer as Promise<never>]);
    if (!this.calls.has(id)) return;
    channel.write(request.queue, request.body, requestProperties(id, request, answerByMs));
  }

  private async setUp(session: Session): Promise<void> {
    const channel = await CallingChannel.open(session, this);
    this.channel.resolve(channel);
    session.onEnd((because) => {
      this.channel = new Deferred();
      this.loseAll(because);
    });
  }

  private loseAll(because: Error): void {
    for (const call of [...this.calls.values()]) call.reject(because);
  }
}

/** From the question to its answer; what is asked is a message, so it is described as one. */
const spanOf = ({ queue }: RpcRequest): SpanDescription => ({
  name: `ask ${queue}`,
  kind: SpanKind.CLIENT,
  attributes: () => ({
    ...messagingAttributes('rabbitmq', { address: queue }),
    'messaging.operation.name': 'ask',
    'messaging.operation.type': 'send',
  }),
});
