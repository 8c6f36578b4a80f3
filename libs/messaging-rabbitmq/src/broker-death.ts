import type { Message } from '@waybill/messaging';

/** Why RabbitMQ itself set a message aside: the safety net under our own dead letters, which never have this. */
export interface BrokerDeath {
  /**
   * `expired`: nobody took it in time. `rejected`: a consumer nacked it without requeue. `delivery_limit`: delivered too
   * often without an end. `maxlen`: the queue was full. Or what a later RabbitMQ says.
   */
  readonly reason: string;
  /** The queue it lay in when that happened. */
  readonly queue: string;
  /** Where it had been published to, to come into that queue; empty: the default exchange. */
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  /** How often this reason has struck it in this queue, and the first time; ISO 8601, UTC. */
  readonly count: number;
  readonly firstTime: string;
}

/**
 * The facts about a message read from a dead-letter queue that the broker brought there; nothing about one that a consumer
 * of ours set aside, whose failure headers say why.
 *
 * `x-death` has an entry for each queue and reason. The one that counts is the last: the first, which `x-first-death-*`
 * name, may be the wait of a retry. From 3.13 on `x-last-death-*` name it; before, it leads the list.
 */
export function brokerDeath({ headers }: Pick<Message, 'headers'>): BrokerDeath | undefined {
  const deaths = deathsIn(headers['x-death']);
  const { 'x-last-death-queue': queue, 'x-last-death-reason': reason } = headers;
  return deaths.find((death) => death.queue === queue && death.reason === reason) ?? deaths[0];
}

/** A header that anybody can write: what is not a death is none. */
function deathsIn(text = ''): BrokerDeath[] {
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? entries.flatMap(deathOf) : [];
  } catch {
    return []; // not JSON, hence not the broker's
  }
}

function deathOf(entry: Readonly<Record<string, unknown>> | null): BrokerDeath[] {
  const { reason, queue, exchange, count, time, 'routing-keys': keys } = entry ?? {};
  if (typeof reason !== 'string' || typeof queue !== 'string') return [];
  return [
    {
      reason,
      queue,
      exchange: String(exchange ?? ''),
      routingKeys: Array.isArray(keys) ? keys.map(String) : [],
      count: Number(count ?? 1),
      firstTime: String(time ?? ''),
    },
  ];
}
