import type { MessagingEvents } from '@waybill/messaging';
import { RedisOptionsError } from '../idempotency.errors.js';

export interface RedisInboxOptions {
  /** `redis://[user:password@]host:port[/database]`, or `rediss://` for TLS. */
  readonly url: string;
  /** For `rediss://`: whom to trust, in PEM. Default: Node's own authorities. */
  readonly ssl?: { readonly ca: string };
  /** Hears when the connection is lost, with the reason, and when it is back. */
  readonly events?: MessagingEvents;
  /** How long a claim stands when its process dies; until then its copies are put back. Default 120,000 ms. */
  readonly leaseMs?: number;
  /** Default 40,000 ms: two renewals may fail before a lease runs out. */
  readonly renewEveryMs?: number;
  /** How long an unfinished claim is kept, also when its lease has run out. Default 3,600,000 ms (an hour). */
  readonly processingMs?: number;
  /** How long a handled message is remembered; a copy that comes later is handled again. Default 604,800,000 ms (7 days). */
  readonly completedMs?: number;
  /**
   * A server that says nothing for so long is away; whoever waits for it learns so within one and a half times that. Less
   * than any `handlerTimeoutMs`, or a run that waits for Redis runs out of time and spends an attempt. Default 5,000 ms.
   */
  readonly silenceMs?: number;
}

export type RedisTimes = Required<Omit<RedisInboxOptions, 'url' | 'ssl' | 'events'>>;

/** The defaults filled in, or a `RedisOptionsError` that lists every relation that cannot hold. */
export function timesOf(options: RedisInboxOptions): RedisTimes {
  const times: RedisTimes = {
    leaseMs: options.leaseMs ?? 120_000,
    renewEveryMs: options.renewEveryMs ?? 40_000,
    processingMs: options.processingMs ?? 3_600_000,
    completedMs: options.completedMs ?? 7 * 24 * 3_600_000,
    silenceMs: options.silenceMs ?? 5_000,
  };
  const problems = problemsWith(times);
  if (problems.length > 0) throw new RedisOptionsError(problems);
  return times;
}

function problemsWith(times: RedisTimes): string[] {
  const { leaseMs, renewEveryMs, processingMs, completedMs } = times;
  const notCounts = Object.entries(times).filter(([, ms]) => !(Number.isSafeInteger(ms) && ms >= 1));
  const rules: [broken: boolean, problem: string][] = [
    ...notCounts.map(([name]): [boolean, string] => [true, `${name} must be a whole number of milliseconds`]),
    [
      renewEveryMs * 2 > leaseMs,
      'renewEveryMs must be at most half of leaseMs, so that one renewal may fail',
    ],
    [leaseMs > processingMs, 'leaseMs must be at most processingMs'],
    [processingMs > completedMs, 'processingMs must be at most completedMs'],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}
