/** What one consumer group or queue promises about its deliveries. One declaration; no adapter has defaults of its own. */
export interface Subscription {
  /** Consumer group or queue: `order-processing-group`, `payment_queue`. Also its name in the inbox. */
  readonly name: string;
  readonly broker: 'kafka' | 'rabbitmq' | 'sqs' | 'memory';
  /** Kafka topics, or the one queue. */
  readonly addresses: readonly string[];
  /** CloudEvents types that it is made for; a service without a handler for one of them does not start. */
  readonly types?: readonly string[];
  /**
   * `at-most-once` is for what may be lost and must never count twice: settled before it is handled, remembered by no
   * inbox, neither retried nor set aside when it fails, and counted as lost. Kafka only, since the settling must be sure.
   */
  readonly guarantee: 'at-least-once' | 'at-most-once';
  readonly order: 'key' | 'none';
  /**
   * What later messages of a key do while an earlier one fails. `park`: they wait behind it in the consumer's database,
   * also when it is dead. `overtake`: they go on, and the failing one comes back by itself.
   */
  readonly onFailingKey: 'park' | 'overtake';
  /** Batch: one transaction for many messages. Keyed: one short transaction each, different keys side by side. */
  readonly lane: 'batch' | 'keyed';
  /** Finished, failed runs of the handler before the message becomes a dead letter. */
  readonly maxAttempts: number;
  /** A handler running longer has failed. Below the broker's own limits. */
  readonly handlerTimeoutMs: number;
  /** RabbitMQ and SQS: unsettled deliveries at once. Kafka: messages held before the partitions are paused. */
  readonly prefetch: number;
  /** The pause after the first failed run, the second, and so on; the last one repeats. With `overtake` each has an address. */
  readonly delaysMs: readonly number[];
  /** Its handlers may see old messages again without harm, so it may be rewound past the age of its inbox. */
  readonly replaySafe: boolean;
  /**
   * Readers of dead letters and of `deliveries`: any bytes are taken, nothing is retried elsewhere or set aside, and
   * nothing is announced about them. When they fail they stand still and say so.
   */
  readonly terminal: boolean;
  /** RabbitMQ with `order: key`: its queue is declared with `x-single-active-consumer`. */
  readonly singleActiveConsumer: boolean;
  /** Batch lane: how long a message waits for company. For readers whom a moment's delay costs nothing; default 0. */
  readonly gatherMs?: number;
}

type Declared = Pick<Subscription, 'name' | 'broker' | 'addresses' | 'order' | 'lane'> &
  Partial<Subscription>;

const maxHandlerTimeoutMs = 300_000;
const defaultPrefetch = { kafka: 1_000, rabbitmq: 10, sqs: 10, memory: 1_000 };

/**
 * Fills in the defaults: keys park where they are ordered, three delays (5 s, 30 s, 5 min) and hence four attempts, 30 s
 * handler timeout, prefetch 10 (RabbitMQ, SQS) or 1,000 (Kafka).
 */
export function defineSubscription(declared: Declared): Subscription {
  const delaysMs = declared.delaysMs ?? [5_000, 30_000, 300_000];
  const atMostOnce = declared.guarantee === 'at-most-once';
  return {
    guarantee: 'at-least-once',
    onFailingKey: declared.order === 'key' && !declared.terminal && !atMostOnce ? 'park' : 'overtake',
    maxAttempts: atMostOnce ? 1 : delaysMs.length + 1,
    handlerTimeoutMs: 30_000,
    prefetch: defaultPrefetch[declared.broker],
    replaySafe: false,
    terminal: false,
    singleActiveConsumer: false,
    ...declared,
    delaysMs,
  };
}

/** The longest time from a message's first failed run to its dead letter, with jitter and without waiting for a free lane. */
export function retrySpanMs({ delaysMs, maxAttempts, handlerTimeoutMs }: Subscription): number {
  const pauses = Array.from({ length: maxAttempts - 1 }, (_, index) => delayAfter(index + 1, delaysMs));
  return Math.ceil(1.1 * pauses.reduce((sum, ms) => sum + ms, 0)) + maxAttempts * handlerTimeoutMs;
}

/** The pause after so many failed runs. */
export function delayAfter(attempts: number, delaysMs: readonly number[]): number {
  return delaysMs[Math.min(attempts, delaysMs.length) - 1] ?? 0;
}

/** Every reason why this declaration cannot work; none when it can. */
export function problemsOf(subscription: Subscription): string[] {
  return rulesBroken(subscription).map((problem) => `subscription ${subscription.name}: ${problem}`);
}

function rulesBroken(subscription: Subscription): string[] {
  const { addresses, maxAttempts, handlerTimeoutMs, prefetch, delaysMs } = subscription;
  const rules: [broken: boolean, problem: string][] = [
    [addresses.length === 0, 'addresses must name at least one'],
    [!(maxAttempts >= 1), 'maxAttempts must be at least 1'],
    [
      !(handlerTimeoutMs > 0 && handlerTimeoutMs <= maxHandlerTimeoutMs),
      `handlerTimeoutMs must be 1 to ${maxHandlerTimeoutMs}`,
    ],
    [!(prefetch >= 1), 'prefetch must be at least 1'],
    [delaysMs.length === 0, 'delaysMs must name at least one'],
    [delaysMs.some((ms) => !(ms >= 1)), 'delaysMs must be 1 or more each'],
    [delaysMs.some((ms, index) => ms <= (delaysMs[index - 1] ?? 0)), 'delaysMs must grow'],
    [Boolean(subscription.gatherMs) && subscription.lane !== 'batch', 'gatherMs needs the batch lane'],
    ...orderRules(subscription),
    ...guaranteeRules(subscription),
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

function guaranteeRules({ broker, guarantee, ...rest }: Subscription): [broken: boolean, problem: string][] {
  if (guarantee === 'at-least-once') return [];
  return [
    [broker !== 'kafka', 'only Kafka confirms beforehand that a message will not come again'],
    [rest.onFailingKey === 'park', 'what is delivered at most once is not parked'],
    [rest.terminal, 'a terminal reader stands still at a failure; at most once passes by'],
    [rest.maxAttempts !== 1, 'what is delivered at most once has one attempt'],
  ];
}

/** Whether it has addresses beside its own: dead letters, inlets, retries. */
export function setsAside({ terminal, guarantee }: Pick<Subscription, 'terminal' | 'guarantee'>): boolean {
  return !terminal && guarantee === 'at-least-once';
}

function orderRules({
  broker,
  addresses,
  order,
  onFailingKey,
  terminal,
  ...rest
}: Subscription): [broken: boolean, problem: string][] {
  return [
    [broker === 'rabbitmq' && addresses.length > 1, 'a RabbitMQ subscription has exactly one queue'],
    [onFailingKey === 'park' && order === 'none', 'onFailingKey park needs order key'],
    [
      broker === 'rabbitmq' && order === 'key' && !rest.singleActiveConsumer,
      'RabbitMQ keeps no key order among competing consumers; order key needs singleActiveConsumer',
    ],
    [terminal && onFailingKey === 'park', 'a terminal reader parks nothing'],
  ];
}
