import type { Broker, Consumer } from './broker.js';
import { systemClock, type Clock } from './clock.js';
import type { Contract } from './contract.js';
import { callsOutside, type AnyHandler } from './handler.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { BatchLane } from './lanes/batch-lane.js';
import { KeyedLane } from './lanes/keyed-lane.js';
import type { Lane, Process } from './lanes/lane.js';
import type { MessagingEvents } from './messaging-events.js';
import { IncompleteError } from './messaging.errors.js';
import { processDeliveries } from './pipeline/process-deliveries.js';
import type { Pipeline, Routes } from './pipeline/work.js';
import type { SqlDatabase } from './sql-transaction.js';
import { problemsOf, type Subscription } from './subscription.js';

export interface RunnerOptions {
  readonly broker: Broker;
  readonly subscription: Subscription;
  readonly handlers: readonly { readonly contract: Contract; readonly handler: AnyHandler }[];
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
  readonly events: MessagingEvents;
  readonly clock?: Clock;
  /** Keyed lane: messages handled side by side; at most the database pool − 2. Default 8. */
  readonly width?: number;
}

/** Joins one subscription's consumer, lane and pipeline. Complete at construction, or an `IncompleteError` lists why. */
export class SubscriptionRunner {
  private readonly released = new AbortController();
  private readonly consumer: Consumer;
  private readonly lane: Lane;
  private draining = false;
  readonly subscription: Subscription;

  constructor(options: RunnerOptions) {
    const problems = problemsWith(options);
    if (problems.length > 0) throw new IncompleteError(problems);
    const pipeline = pipelineOf(options, this.released.signal);
    const process: Process = (deliveries) => processDeliveries(deliveries, pipeline);
    this.subscription = options.subscription;
    this.lane =
      options.subscription.lane === 'batch'
        ? new BatchLane(process, options.subscription, options.clock ?? systemClock)
        : new KeyedLane(process, options.width ?? 8);
    this.consumer = options.broker.consumer(options.subscription, (deliveries) =>
      this.lane.accept(deliveries),
    );
  }

  get held(): number {
    return this.lane.held;
  }

  /** Resolves when the broker has accepted the subscription, or when a drain has cut that short. */
  async start(): Promise<void> {
    await this.consumer.start().catch((error: unknown) => {
      if (!this.draining) throw error;
    });
  }

  /** Takes no more, finishes what is held within `graceMs`, gives the rest back to the broker, and leaves. */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    await this.consumer.stopTaking();
    const release = setTimeout(() => this.released.abort(), graceMs);
    // A hop that the broker never confirms would hold its lane for ever; closing the consumer ends it.
    await Promise.race([this.lane.idle(), aborted(this.released.signal)]);
    clearTimeout(release);
    await this.consumer.close();
    await this.lane.idle();
  }
}

function pipelineOf(options: RunnerOptions, released: AbortSignal): Pipeline {
  const { broker, subscription, database, inbox, events, clock = systemClock } = options;
  const { delaysNatively } = broker.capabilities;
  return {
    subscription,
    routes: routesOf(options),
    database,
    inbox,
    events,
    clock,
    delaysNatively,
    released,
  };
}

function routesOf({ handlers }: RunnerOptions): Routes {
  return new Map(handlers.map((route) => [route.contract.type, route]));
}

function problemsWith({ handlers, subscription, broker }: RunnerOptions): string[] {
  const problems = problemsOf(subscription);
  const types = handlers.map(({ contract }) => contract.type);
  for (const type of new Set(types.filter((type, index) => types.indexOf(type) !== index)))
    problems.push(`subscription ${subscription.name}: two handlers take ${type}`);
  if (types.length === 0) problems.push(`subscription ${subscription.name}: no handler`);
  if (broker.name !== subscription.broker)
    problems.push(
      `subscription ${subscription.name}: declared for ${subscription.broker}, given ${broker.name}`,
    );
  if (subscription.lane === 'batch' && handlers.some(({ handler }) => callsOutside(handler)))
    problems.push(`subscription ${subscription.name}: a handler that calls outside needs the keyed lane`);
  return problems;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
