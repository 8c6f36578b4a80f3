import type { MessagingEvents } from '@waybill/messaging';
import { systemClock, type Clock } from '@waybill/messaging';
import type { ISocketFactory, SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { defaultMaxMessageBytes } from './capabilities.js';
import { KafkaOptionsError } from './kafka.errors.js';

/** How to reach Kafka and how patient to be. Times in milliseconds, sizes in bytes. */
export interface KafkaOptions {
  /** `host:port` of each bootstrap broker. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS; the broker's name is checked against its certificate. `ca`, `cert` and `key` in PEM. */
  readonly ssl?: ConnectionOptions | boolean;
  /** Without `ssl`, `plain` shows the password to whoever listens. */
  readonly sasl?: SASLOptions;
  /** How kafkajs opens sockets: for proxies and tunnels. Default: plain TCP or TLS. */
  readonly socketFactory?: ISocketFactory;
  readonly events?: MessagingEvents;
  readonly clock?: Clock;
  /** Wait for one answer. Six tries and their pauses must stay below the 30 s of `publish`. Default 4,500. */
  readonly requestTimeoutMs?: number;
  /** Gathering while another send is in flight. Default 5. */
  readonly lingerMs?: number;
  /** Gathered per partition and send, estimated as compressed. Default 32 KiB. */
  readonly batchBytes?: number;
  /** Larger messages are refused before they are sent. Default 1,048,588, as the brokers'. */
  readonly maxMessageBytes?: number;
  /** A member silent for so long has lost its partitions; after a SIGKILL they stand still for it. Default 45,000. */
  readonly sessionTimeoutMs?: number;
  /** Default a fifteenth of the session timeout. */
  readonly heartbeatIntervalMs?: number;
  /** Between two commits of what is settled; after a crash so much is delivered again. Default 1,000. */
  readonly commitIntervalMs?: number;
}

export type NormalisedKafkaOptions = Required<Omit<KafkaOptions, 'ssl' | 'sasl' | 'socketFactory'>> &
  Pick<KafkaOptions, 'ssl' | 'sasl' | 'socketFactory'>;

const silent: MessagingEvents = { emit: () => undefined };

/** The one place of defaults; throws a `KafkaOptionsError` with every problem. */
export function normaliseKafkaOptions(options: KafkaOptions): NormalisedKafkaOptions {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 45_000;
  const normalised = {
    events: silent,
    clock: systemClock,
    requestTimeoutMs: 4_500,
    lingerMs: 5,
    batchBytes: 32 * 1024,
    maxMessageBytes: defaultMaxMessageBytes,
    heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 15),
    commitIntervalMs: 1_000,
    ...options,
    sessionTimeoutMs,
  };
  const problems = problemsOf(normalised);
  if (problems.length > 0) throw new KafkaOptionsError(problems);
  return normalised;
}

function problemsOf(options: NormalisedKafkaOptions): string[] {
  const problems = options.brokers
    .filter((broker) => !/^[^:\s]+:\d{1,5}$/.test(broker))
    .map((broker) => `brokers: "${broker}" is not host:port`);
  if (options.brokers.length === 0) problems.push('brokers: at least one host:port is needed');
  if (options.sasl && 'username' in options.sasl && !(options.sasl.username && options.sasl.password))
    problems.push('sasl: username and password must not be empty');
  if (!options.clientId) problems.push('clientId: must not be empty');
  if (options.requestTimeoutMs > 4_900)
    problems.push('requestTimeoutMs: at most 4900, or six tries outlast the 30 s of publish');
  if (options.heartbeatIntervalMs * 3 > options.sessionTimeoutMs)
    problems.push('heartbeatIntervalMs: at most a third of sessionTimeoutMs');
  return problems;
}
