import { systemClock, type Clock } from '../clock.js';
import { classifyFailure } from '../messaging.errors.js';
import type { RunnerOptions } from '../runner.options.js';
import { SubscriptionRunner, type RunnerStatus } from '../subscription-runner.js';
import type { Subscription } from '../subscription.js';
import { SubscriptionStates } from './subscription-states.js';

export interface PausableOptions extends RunnerOptions {
  /** How long handled ids are known; beyond it nobody may rewind. */
  readonly inboxDays: number;
  /** How long a pause waits for what is held, before the rest goes back to the broker. */
  readonly pauseMs: number;
}

const lookEveryMs = 1_000;
const retryMs = 2_000;

/**
 * A subscription that a person can pause, on all replicas and across restarts: a row in the consumer's database says so,
 * and each replica looks every second. A pause is a drain: what is held is finished or goes back, then the consumer
 * leaves its broker, with inlet and parked messages, so that a Kafka group without members can be rewound. A resume is a
 * start with a consumer of its own.
 *
 * `idle` –`start`→ `running` ⇄ `paused`, as the row says –`drain`→ `draining` → `drained`. While the database cannot be
 * asked it stays as it is.
 */
export class PausableRunner {
  readonly subscription: Subscription;
  private state: 'idle' | 'running' | 'paused' | 'draining' | 'drained' = 'idle';
  private readonly states: SubscriptionStates | undefined;
  private readonly clock: Clock;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private runner: SubscriptionRunner;

  /** Complete, or an `IncompleteError` lists why. */
  constructor(private readonly options: PausableOptions) {
    const { subscription, database, inboxDays, clock = systemClock, deliveryState } = options;
    this.subscription = subscription;
    this.clock = clock;
    this.runner = new SubscriptionRunner(options);
    if (deliveryState !== 'none') this.states = new SubscriptionStates(subscription, inboxDays, database);
  }

  get held(): number {
    return this.runner.held;
  }

  get status(): RunnerStatus {
    const { status } = this.runner;
    if (this.state !== 'paused') return status;
    const { broker, breaker } = status;
    return { broker, state: 'paused', held: 0, breaker };
  }

  /** Resolves when the broker has accepted the subscription, when it is found paused, or when a drain cuts that short. */
  async start(): Promise<void> {
    const paused = await this.declared();
    if (this.state !== 'idle') return;
    this.state = paused ? 'paused' : 'running';
    this.following = this.follow();
    if (!paused) await this.runner.start();
  }

  /** Takes no more, finishes what is held within `graceMs`, gives the rest back to the broker, and leaves. */
  async drain(graceMs: number): Promise<void> {
    this.state = 'draining';
    this.stopping.abort();
    await this.following;
    if (this.runner.status.state !== 'drained') await this.runner.drain(graceMs);
    this.state = 'drained';
  }

  /** Without its database it could handle nothing, so it may as well wait for the answer. A missing table is no outage. */
  private async declared(): Promise<boolean> {
    while (this.states && this.state === 'idle') {
      try {
        return await this.states.declare();
      } catch (error) {
        if (classifyFailure(error) !== 'infrastructure') throw error;
        this.tellOutage(error, retryMs);
        await this.clock.wait(retryMs, this.stopping.signal);
      }
    }
    return false;
  }

  private async follow(): Promise<void> {
    while (this.states && this.isFollowing) {
      await this.clock.wait(lookEveryMs, this.stopping.signal);
      const paused = await this.states.isPaused().catch((error: unknown) => {
        this.tellOutage(error, lookEveryMs);
        return undefined;
      });
      if (paused === true && this.state === 'running') await this.pause();
      if (paused === false && this.state === 'paused') this.resume();
    }
  }

  private get isFollowing(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  private async pause(): Promise<void> {
    await this.runner.drain(this.options.pauseMs);
    if (this.state === 'running') this.become('paused');
  }

  /**
   * Not awaited, since a broker that is away must not keep a person from pausing again. A rejection is the broker's
   * refusal and ends the process, as it does at the first start.
   */
  private resume(): void {
    // Found paused at the start, it has one that never ran.
    if (this.runner.status.state !== 'idle') this.runner = new SubscriptionRunner(this.options);
    this.become('running');
    void this.runner.start();
  }

  private become(state: 'running' | 'paused'): void {
    this.state = state;
    this.options.events.emit({ kind: 'standing', subscription: this.subscription.name, state });
  }

  private tellOutage(error: unknown, waitMs: number): void {
    const because = `whether it is paused cannot be read: ${String(error)}`;
    this.options.events.emit({
      kind: 'infrastructure',
      subscription: this.subscription.name,
      because,
      waitMs,
    });
  }
}
