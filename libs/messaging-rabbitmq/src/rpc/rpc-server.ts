import { SpanKind, trace } from '@opentelemetry/api';
import { contextFrom, inSpan, messagingAttributes } from '@waybill/messaging';
import type { BrokerHealth, SpanDescription } from '@waybill/messaging';
import type { Channel, ConsumeMessage } from 'amqplib';
import { RabbitmqConnection } from '../connection.js';
import { ConsumingChannel } from '../consuming-channel.js';
import { Deferred } from '../deferred.js';
import { ConnectionLostError } from '../rabbitmq.errors.js';
import type { DeliveringChannel } from '../rabbitmq-delivery.js';
import { normalise, type RabbitmqOptions } from '../rabbitmq.options.js';
import type { Session } from '../session.js';
import { answerProperties, answerByMs, failureProperties, requestHeaders } from './rpc-messages.js';
import type { Answer, RpcServer, RpcService } from './rpc.js';

const defaultWidth = 20;
const tracer = trace.getTracer('@waybill/messaging-rabbitmq');

export function rabbitmqRpcServer(service: RpcService, answer: Answer, options: RabbitmqOptions): RpcServer {
  return new RabbitmqRpcServer(service, answer, options);
}

/**
 * Answers the requests of one queue, at most once each. A request is acknowledged after its answer, so that at most
 * `width` are in hand; one that comes again, because a server died with it, may have been run, and is dropped. So is one
 * whose caller has given up: an answer would go nowhere, and under load those are the ones that come first.
 */
class RabbitmqRpcServer implements RpcServer {
  private readonly connection: RabbitmqConnection;
  private readonly accepted = new Deferred<void>();
  private readonly inHand = new Set<Promise<void>>();
  private consuming: ConsumingChannel | undefined;

  private readonly span: SpanDescription;

  constructor(
    private readonly service: RpcService,
    private readonly answer: Answer,
    options: RabbitmqOptions,
  ) {
    this.span = spanOf(service);
    this.connection = new RabbitmqConnection(normalise(options), service.queue, (session) =>
      this.setUp(session),
    );
    this.accepted.promise.catch(() => undefined); // whoever called `start` hears of it; without a call nobody need
  }

  start(): Promise<void> {
    this.connection.open();
    return this.accepted.promise;
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  async close(): Promise<void> {
    this.connection.retire();
    this.accepted.reject(new ConnectionLostError(`closed before ${this.service.queue} could be consumed`));
    await this.consuming?.stop();
    await Promise.all(this.inHand);
    await this.consuming?.close();
    await this.connection.close();
  }

  private async setUp(session: Session): Promise<void> {
    const { queue, width = defaultWidth } = this.service;
    const replies = await session.model.createChannel();
    replies.on('error', (error) => session.end(error));
    replies.on('close', () => session.end());
    this.consuming = await ConsumingChannel.open(session, queue, width, (requests, channel) => {
      for (const request of requests) this.take(request, channel, replies);
    });
    await this.consuming.consume();
    this.accepted.resolve();
  }

  private take(request: ConsumeMessage, channel: DeliveringChannel, replies: Channel): void {
    const answering = this.reply(request, channel, replies)
      .finally(() => channel.acknowledge(request))
      .finally(() => this.inHand.delete(answering));
    this.inHand.add(answering);
  }

  private async reply(request: ConsumeMessage, channel: DeliveringChannel, replies: Channel): Promise<void> {
    const { replyTo, correlationId } = request.properties;
    const limitMs = Math.min(answerByMs(request.properties) - Date.now(), this.service.limitMs);
    if (limitMs <= 0 || request.fields.redelivered || !replyTo) return;
    const life = new AbortController();
    const send = (body: Uint8Array, properties: object) => {
      if (!life.signal.aborted && !channel.signal.aborted)
        replies.publish('', String(replyTo), Buffer.from(body), properties);
    };
    const answered = this.ask(request, life.signal)
      .then(
        (body) => send(body, answerProperties(correlationId)),
        (error: unknown) => send(new Uint8Array(), failureProperties(correlationId, error)),
      )
      .catch(() => undefined); // what cannot be written is an answer lost: the caller's time runs out
    await endOf(answered, limitMs, channel.signal);
    life.abort();
  }

  /** Async, so that a throw of any kind is an answer too. In the caller's trace. */
  private async ask({ content, properties }: ConsumeMessage, signal: AbortSignal): Promise<Uint8Array> {
    const headers = requestHeaders(properties);
    const answer = async () => this.answer({ body: content, headers, signal });
    return inSpan(tracer, this.span, answer, contextFrom(headers));
  }
}

/** When it is answered, too late, or the connection gone, whichever comes first. */
function endOf(answered: Promise<void>, limitMs: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, limitMs);
    gone.addEventListener('abort', end, { once: true });
    void answered.finally(end);
  });
}

const spanOf = ({ queue }: RpcService): SpanDescription => ({
  name: `answer ${queue}`,
  kind: SpanKind.SERVER,
  attributes: () => ({
    ...messagingAttributes('rabbitmq', { address: queue }),
    'messaging.operation.name': 'answer',
    'messaging.operation.type': 'process',
  }),
});
