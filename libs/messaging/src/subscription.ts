/** What one consumer group or queue promises about its deliveries. One declaration; no adapter has defaults of its own. */
export interface Subscription {
  /** Consumer group or queue: `order-processing-group`, `payment_queue`. Also its name in the inbox. */
  readonly name: string;
  readonly broker: 'kafka' | 'rabbitmq' | 'memory';
  /** Kafka topics, or the one queue. */
  readonly addresses: readonly string[];
  readonly order: 'key' | 'none';
  /** Batch: one transaction for many messages. Keyed: one short transaction each, different keys side by side. */
  readonly lane: 'batch' | 'keyed';
  /** Finished, failed runs of the handler before the message becomes a dead letter. */
  readonly maxAttempts: number;
  /** A handler running longer has failed. Below the broker's own limits. */
  readonly handlerTimeoutMs: number;
  /** RabbitMQ: unacknowledged deliveries at once. Kafka: messages held before the partitions are paused. */
  readonly prefetch: number;
  /** Batch lane: how long a message waits for company. For readers whom a moment's delay costs nothing; default 0. */
  readonly gatherMs?: number;
  /** RabbitMQ: the one wait queue's delay for `retryLater`; absent where nothing is retried later. */
  readonly retryDelayMs?: number;
}

type Declared = Pick<Subscription, 'name' | 'broker' | 'addresses' | 'order' | 'lane'> &
  Partial<Subscription>;

const maxHandlerTimeoutMs = 300_000;

/** Fills in the defaults: 3 attempts, 30 s handler timeout, prefetch 10 (RabbitMQ) or 1,000 (Kafka). */
export function defineSubscription(declared: Declared): Subscription {
  const prefetch = declared.broker === 'rabbitmq' ? 10 : 1_000;
  return { maxAttempts: 3, handlerTimeoutMs: 30_000, prefetch, ...declared };
}

/** Every reason why this declaration cannot work; none when it can. */
export function problemsOf({
  name,
  addresses,
  maxAttempts,
  handlerTimeoutMs,
  prefetch,
  ...rest
}: Subscription): string[] {
  const problems: string[] = [];
  if (addresses.length === 0) problems.push(`subscription ${name}: addresses must name at least one`);
  if (rest.broker === 'rabbitmq' && addresses.length > 1)
    problems.push(`subscription ${name}: a RabbitMQ subscription has exactly one queue`);
  if (!(maxAttempts >= 1)) problems.push(`subscription ${name}: maxAttempts must be at least 1`);
  if (!(handlerTimeoutMs > 0 && handlerTimeoutMs <= maxHandlerTimeoutMs))
    problems.push(`subscription ${name}: handlerTimeoutMs must be 1 to ${maxHandlerTimeoutMs}`);
  if (!(prefetch >= 1)) problems.push(`subscription ${name}: prefetch must be at least 1`);
  if (rest.broker === 'rabbitmq' && rest.order === 'key')
    problems.push(`subscription ${name}: RabbitMQ keeps no key order among competing consumers`);
  if (rest.gatherMs && rest.lane !== 'batch')
    problems.push(`subscription ${name}: gatherMs needs the batch lane`);
  return problems;
}
