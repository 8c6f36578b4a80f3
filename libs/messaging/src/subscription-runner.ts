import { FloodBreaker } from './breaker/flood-breaker.js';
import type { Consumer, Publisher, RawDelivery } from './broker.js';
import { steadyClock, systemClock, type Clock } from './clock.js';
import { BatchLane } from './lanes/batch-lane.js';
import { KeyedLane } from './lanes/keyed-lane.js';
import type { Lane, Process } from './lanes/lane.js';
import type { MessagingEvent, MessagingEvents } from './messaging-events.js';
import { IncompleteError } from './messaging.errors.js';
import { KeyStates } from './parking/key-states.js';
import { ReleaseParked } from './parking/release-parked.js';
import { processDeliveries } from './pipeline/process-deliveries.js';
import type { Pipeline } from './pipeline/work.js';
import { problemsWith } from './runner-problems.js';
import type { RunnerOptions } from './runner.options.js';
import { setsAside, type Subscription } from './subscription.js';
import { Suspects } from './suspects/suspects.js';
import { BacklogWatch, type Backlog } from './watch/backlog-watch.js';
import { defaultPatience, ProgressWatch, wedgedAfterMs, type Patience } from './watch/progress-watch.js';

/** How a subscription stands, for people and probes. */
export interface RunnerStatus {
  readonly broker: Subscription['broker'];
  readonly state: 'idle' | 'running' | 'paused' | 'draining' | 'drained';
  readonly held: number;
  readonly breaker: FloodBreaker['status'];
  /** Why it counts as wedged; absent while it moves. */
  readonly wedged?: string;
  /** What was before it a moment ago; absent until the first look, and while nobody looks. */
  readonly backlog?: Backlog;
}

/**
 * Joins one subscription's consumer, lane and pipeline. Complete at construction, or an `IncompleteError` lists why.
 *
 * `idle` –`start`→ `running` (through any number of consumers, since one that is wedged is replaced) –`drain`→ `draining`
 * → `drained`.
 */
export class SubscriptionRunner {
  readonly subscription: Subscription;
  private state: RunnerStatus['state'] = 'idle';
  private wedgedBecause: string | undefined;
  private readonly released = new AbortController();
  private readonly clock: Clock;
  private readonly pipeline: Pipeline;
  private readonly publisher: Publisher;
  private readonly lane: Lane;
  private readonly parked: ReleaseParked | undefined;
  private readonly patience: Patience;
  private readonly progress: ProgressWatch;
  private readonly backlog: BacklogWatch;
  private consumer: Consumer;
  private watching: NodeJS.Timeout | undefined;

  constructor(private readonly options: RunnerOptions) {
    const problems = problemsWith(options);
    if (problems.length > 0) throw new IncompleteError(problems);
    const { broker, subscription, clock = systemClock } = options;
    this.subscription = subscription;
    this.clock = clock;
    this.publisher = broker.publisher(`operations.${subscription.name}`);
    this.patience = { ...defaultPatience, ...options.patience };
    this.progress = new ProgressWatch(this.steady, wedgedAfterMs(subscription, this.patience));
    this.pipeline = this.createPipeline();
    this.backlog = this.createBacklogWatch();
    const process: Process = (deliveries) => this.process(deliveries);
    this.lane =
      subscription.lane === 'batch'
        ? new BatchLane(process, subscription, clock)
        : new KeyedLane(process, options.width ?? 8);
    const { keys } = this.pipeline;
    this.parked = keys && new ReleaseParked(this.pipeline, keys, wedgedAfterMs(subscription));
    this.consumer = this.createConsumer();
  }

  get held(): number {
    return this.lane.held + (this.parked?.held ?? 0);
  }

  get status(): RunnerStatus {
    const { state, held, wedgedBecause, subscription } = this;
    const [breaker, backlog] = [this.pipeline.breaker.status, this.backlog.last];
    const wedged = wedgedBecause && { wedged: wedgedBecause };
    return { broker: subscription.broker, state, held, breaker, ...wedged, ...(backlog && { backlog }) };
  }

  /** Resolves when the broker has accepted the subscription, or when a drain has cut that short. */
  async start(): Promise<void> {
    this.state = 'running';
    this.parked?.start();
    this.watching = setInterval(() => void this.watch(), this.patience.lookEveryMs).unref();
    await this.startConsumer();
  }

  /** Takes no more, finishes what is held within `graceMs`, gives the rest back to the broker, and leaves. */
  async drain(graceMs: number): Promise<void> {
    this.state = 'draining';
    clearInterval(this.watching);
    await this.consumer.stopTaking();
    const release = setTimeout(() => this.released.abort(), graceMs);
    // A hop that the broker never confirms would hold its lane for ever; closing the consumer ends it.
    const idle = Promise.all([this.lane.idle(), this.parked?.stop()]);
    await Promise.race([idle, aborted(this.released.signal)]);
    clearTimeout(release);
    await this.consumer.close();
    await idle;
    await this.publisher.close();
    this.state = 'drained';
  }

  /** For lengths of time; the other one says when. */
  private get steady(): Clock {
    return this.options.clock ?? steadyClock;
  }

  private createPipeline(): Pipeline {
    const { broker, subscription, handlers, database, inbox, announce } = this.options;
    const events: MessagingEvents = { emit: (event) => this.tell(event) };
    const { name, onFailingKey } = subscription;
    const kept = (this.options.deliveryState ?? 'database') === 'database';
    return {
      subscription,
      routes: new Map(handlers.map((route) => [route.contract.type, route])),
      database,
      inbox,
      events,
      clock: this.clock,
      capabilities: broker.capabilities,
      random: Math.random,
      breaker: new FloodBreaker(name, this.steady, events),
      publisher: this.publisher,
      // A claim on a key lasts longer than any handler may take, so that it ends only when its process does.
      ...(kept && onFailingKey === 'park' && { keys: new KeyStates(name, wedgedAfterMs(subscription)) }),
      ...(kept && setsAside(subscription) && { suspects: new Suspects(subscription, database, events) }),
      ...(announce && { announce }),
      released: this.released.signal,
    };
  }

  private createBacklogWatch(): BacklogWatch {
    const { clock, patience, pipeline } = this;
    const { name } = this.subscription;
    const parking = pipeline.keys && { database: pipeline.database };
    return new BacklogWatch({ clock, subscription: name, lookEveryMs: patience.lookEveryMs, ...parking });
  }

  /** Whatever the pipeline tells, it has finished a step, if only a pause while the database is away. */
  private tell(event: MessagingEvent): void {
    this.progress.moved();
    this.options.events.emit(event);
  }

  private createConsumer(): Consumer {
    const { broker, subscription } = this.options;
    return broker.consumer(subscription, (deliveries) => {
      this.progress.moved();
      this.lane.accept(deliveries);
    });
  }

  private async process(deliveries: readonly RawDelivery[]): Promise<void> {
    await processDeliveries(deliveries, this.pipeline);
    this.progress.moved();
  }

  private async watch(): Promise<void> {
    const { consumer, held } = this;
    const looking = this.backlog.look(consumer, this.lane.inHand());
    const waiting = held > 0 ? undefined : await looking; // unknown is no lag
    const resting = this.state !== 'running' || this.pipeline.breaker.status.state !== 'closed';
    const wedged = this.progress.wedged({ held, waiting, resting });
    this.wedgedBecause = wedged;
    if (wedged && consumer === this.consumer) await this.unwedge(wedged);
  }

  /**
   * Messages that wait while nothing is in hand: the consumer does not bring them, and a new one may. A handler that
   * holds on to its delivery beyond its limit can only be ended with the process, so liveness turns red instead.
   */
  private async unwedge(because: string): Promise<void> {
    const remedy = this.held > 0 ? 'none' : 'rebuilt';
    this.options.events.emit({ kind: 'wedged', subscription: this.subscription.name, because, remedy });
    if (remedy === 'none') return;
    this.progress.moved();
    const former = this.consumer;
    this.consumer = this.createConsumer();
    await former.close();
    if (this.state === 'running') await this.startConsumer();
  }

  /** A drain, or the next consumer in its place, cuts a start short. */
  private async startConsumer(): Promise<void> {
    const { consumer } = this;
    await consumer.start().catch((error: unknown) => {
      if (this.state === 'running' && consumer === this.consumer) throw error;
    });
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
