import { MessagingError, type FailureKind } from '@waybill/messaging';

/** Root of this adapter's errors. */
export class RabbitmqError extends MessagingError {
  constructor(code: string, message: string, options: ErrorOptions & { kind: FailureKind }) {
    super(`WAYBILL_RABBITMQ_${code}`, message, options);
  }
}

/** The connection or channel is gone or never came: what was unconfirmed may or may not be written. Costs the session. */
export class ConnectionLostError extends RabbitmqError {
  constructor(message: string, options?: ErrorOptions) {
    super('CONNECTION_LOST', message, { ...options, kind: 'infrastructure' });
  }
}

/** No confirm in time. Costs nothing: the channel stays, a late confirm is ignored. */
export class ConfirmTimeoutError extends RabbitmqError {
  constructor(timeoutMs: number, connectionError?: string) {
    const why = connectionError ? `; ${connectionError}` : '';
    super('CONFIRM_TIMEOUT', `not confirmed within ${timeoutMs} ms${why}`, { kind: 'infrastructure' });
  }
}

/** The broker said it could not take responsibility (basic.nack). Costs the message one more try. */
export class NackedError extends RabbitmqError {
  constructor(options?: ErrorOptions) {
    super('NACKED', 'the broker answered nack', { ...options, kind: 'infrastructure' });
  }
}

/** Returned by the broker (basic.return), or its exchange does not exist. Costs the message. */
export class UnroutableError extends RabbitmqError {
  constructor(exchange: string, routingKey: string, options?: ErrorOptions) {
    const address = exchange ? `exchange "${exchange}" with key "${routingKey}"` : `queue "${routingKey}"`;
    super('UNROUTABLE', `no queue takes messages for ${address}`, { ...options, kind: 'fatal' });
  }
}

/** Larger than the broker takes, or than every supported one does; sending it closes the channel for all others. Costs the message. */
export class TooLargeError extends RabbitmqError {
  constructor(bytes: number, maxBytes: number) {
    super('TOO_LARGE', `body of ${bytes} bytes is above the limit of ${maxBytes}`, { kind: 'fatal' });
  }
}

/** Headers or address that AMQP cannot carry (a name above 255 bytes, headers above 64 KiB). Costs the message. */
export class UnsendableError extends RabbitmqError {
  constructor(options: ErrorOptions) {
    super('UNSENDABLE', `cannot be written as AMQP: ${String(options.cause)}`, { ...options, kind: 'fatal' });
  }
}

/** The call was refused before it was sent: the broker is away or blocks us, or too many wait. Costs nothing. */
export class RpcNotSentError extends RabbitmqError {
  constructor(because: string) {
    super('RPC_NOT_SENT', `not asked: ${because}`, { kind: 'infrastructure' });
  }
}

/** Nobody answered in time: they are away, too slow, or too many ask. Costs nothing; whether it was answered is unknown. */
export class RpcTimeoutError extends RabbitmqError {
  constructor(queue: string, limitMs: number) {
    super('RPC_TIMEOUT', `no answer from "${queue}" within ${limitMs} ms`, { kind: 'retryable' });
  }
}

/** The other side failed at answering. Costs nothing. */
export class RemoteError extends RabbitmqError {
  constructor(
    /** Name of the class that was thrown there. */
    readonly remoteType: string,
    /** Its message. */
    readonly remoteMessage: string,
  ) {
    super('REMOTE', `the other side failed with ${remoteType}: ${remoteMessage}`, { kind: 'retryable' });
  }
}

/** There is no queue of this name. Costs nothing. */
export class QueueMissingError extends RabbitmqError {
  constructor(queue: string, options?: ErrorOptions) {
    super('QUEUE_MISSING', `queue "${queue}" is missing: apply the topology`, { ...options, kind: 'fatal' });
  }
}

/** The broker's exchanges and queues are not what the topology declares; lists every difference and its remedy. */
export class TopologyError extends RabbitmqError {
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super('TOPOLOGY', `RabbitMQ topology:\n- ${problems.join('\n- ')}`, { ...options, kind: 'fatal' });
  }
}

/** The options cannot work; lists every problem at once. Costs: the start. */
export class RabbitmqOptionsError extends RabbitmqError {
  constructor(readonly problems: readonly string[]) {
    super('OPTIONS', `RabbitMQ options:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}
