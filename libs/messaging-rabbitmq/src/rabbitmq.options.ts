import type { ConnectionOptions } from 'node:tls';
import { systemClock, type Clock, type MessagingEvents, type RabbitmqQueue } from '@waybill/messaging';
import { RabbitmqOptionsError } from './rabbitmq.errors.js';

/** Where an exchange sends what is published with this key. */
export interface Route {
  readonly exchange: string;
  readonly routingKey: string;
}

/** What a caller may say; everything but the address has a default. */
export interface RabbitmqOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** For `amqps://`: whom to trust (`ca`), and who we are (`cert`, `key`), in PEM. Default: Node's own authorities. */
  readonly ssl?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>;
  /** Stands before the purpose on the broker's connection list; default `waybill`. */
  readonly clientName?: string;
  /** Told of lost and rebuilt connections and of failed hops; default nobody. */
  readonly events?: MessagingEvents;
  readonly clock?: Clock;
  /**
   * Where the broker itself sets aside what a queue expires or rejects, as the topology declares it; checked with a probe
   * message. Default: not checked.
   */
  readonly deadLetterRoute?: (queue: string) => Route;
  /** As the topology declares them: a subscription's queue that exists with other arguments is refused. Default: not checked. */
  readonly queues?: readonly RabbitmqQueue[];
  /** Longest life of one `publish`; what is unsettled then is `unknown`. Default 30,000 ms. */
  readonly publishTimeoutMs?: number;
}

export interface NormalRabbitmqOptions
  extends
    Required<Omit<RabbitmqOptions, 'deadLetterRoute' | 'ssl'>>,
    Pick<RabbitmqOptions, 'deadLetterRoute' | 'ssl'> {
  /** How long a publish waits for a connection before it is `unknown`. */
  readonly connectWaitMs: number;
  /** From opening the socket to the end of the handshake. */
  readonly connectTimeoutMs: number;
  /** How long a closing connection waits for the broker's word; a stopped broker never gives it. */
  readonly closeTimeoutMs: number;
  readonly heartbeatSeconds: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
}

const silent: MessagingEvents = { emit: () => undefined };

/** The one place with defaults; throws a `RabbitmqOptionsError` with every problem. */
export function normalise(options: RabbitmqOptions): NormalRabbitmqOptions {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new RabbitmqOptionsError(problems);
  return {
    clientName: 'waybill',
    queues: [],
    events: silent,
    clock: systemClock,
    publishTimeoutMs: 30_000,
    ...options,
    connectWaitMs: 5_000,
    connectTimeoutMs: 10_000,
    closeTimeoutMs: 2_000,
    heartbeatSeconds: 10,
    firstBackoffMs: 100,
    longestBackoffMs: 5_000,
  };
}

/** The address holds a password, so it is not repeated. */
function problemsOf({ url, ssl, publishTimeoutMs = 30_000 }: RabbitmqOptions): string[] {
  const problems: string[] = [];
  if (!/^amqps?:\/\//.test(url)) problems.push('url: must begin with amqp:// or amqps://');
  if (ssl && !url.startsWith('amqps://')) problems.push('url: must begin with amqps:// where ssl is given');
  if (!(publishTimeoutMs > 0)) problems.push('publishTimeoutMs: must be above 0');
  return problems;
}
