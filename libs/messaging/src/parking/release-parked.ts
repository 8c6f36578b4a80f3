import type { Origin } from '../broker.js';
import type { Message } from '../message.js';
import type { FailedRuns } from '../failed-runs.js';
import { firstAttemptHeader } from '../failure-headers.js';
import { decode, isReadable } from '../pipeline/decode.js';
import { processReadable } from '../pipeline/process-readable.js';
import { setAside } from '../pipeline/set-aside.js';
import { resentDelivery } from '../pipeline/resent-delivery.js';
import type { Pipeline } from '../pipeline/work.js';
import type { Head, HeadClaim, KeyClaim, KeyStates } from './key-states.js';

const keysAtOnce = 4;
const lookEveryMs = 500;

/**
 * Runs parked messages when they are due: key by key, one message after the other, through the same pipeline as any
 * other. Any replica may run any key; the claim says which one does.
 *
 * `idle` until `start`; `running` until `stop`; then `stopped`, when what it runs has ended.
 */
export class ReleaseParked {
  private state: 'idle' | 'running' | 'stopped' = 'idle';
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly pipeline: Pipeline,
    private readonly keys: KeyStates,
    private readonly claimMs: number,
  ) {}

  /** Parked messages that run just now. */
  get held(): number {
    return this.running.size;
  }

  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.looking = this.look();
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const { clock } = this.pipeline;
    while (this.state === 'running') {
      const claims = await this.claimDue();
      for (const claim of claims) this.run(claim);
      if (this.running.size >= keysAtOnce) await Promise.race(this.running);
      else if (claims.length === 0) await clock.wait(lookEveryMs, this.stopping.signal);
    }
  }

  /** Without a database nothing is due that could be run. */
  private async claimDue(): Promise<KeyClaim[]> {
    const room = keysAtOnce - this.running.size;
    try {
      return await this.pipeline.database.transaction((transaction) => this.keys.claimDue(room, transaction));
    } catch (error) {
      this.tell(`looking for parked messages: ${String(error)}`);
      return [];
    }
  }

  private run(claim: KeyClaim): void {
    const running = this.runKey(claim).finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** Head after head, until the key is clear, its head has failed, or the claim is lost. */
  private async runKey(claim: KeyClaim): Promise<void> {
    try {
      for (let head = await this.headOf(claim); head; head = await this.headOf(claim))
        await this.runHead({ ...claim, number: head.number }, head);
      await this.pipeline.database.transaction((transaction) => this.keys.giveUp(claim, transaction));
    } catch (error) {
      // Nothing is half done: the claim runs out by itself, and whoever looks then goes on.
      this.tell(`key "${claim.key}": ${String(error)}`);
    }
  }

  private async headOf(claim: KeyClaim): Promise<Head | undefined> {
    if (this.state !== 'running') return undefined;
    return this.pipeline.database.transaction((transaction) => this.keys.head(claim, transaction));
  }

  /** Its claim was renewed a moment ago, by taking the key or by the end of the message before. */
  private async runHead(claim: HeadClaim, head: Head): Promise<void> {
    const { clock } = this.pipeline;
    const untilMs = clock.now() + this.claimMs;
    const holder = {
      done: () => Promise.resolve(),
      get current() {
        return clock.now() < untilMs;
      },
    };
    const delivery = resentDelivery(parkedMessage(head), holder, this.pipeline);
    const decoded = decode(delivery, this.pipeline, { failed: failedRunsOf(head), head: claim });
    return isReadable(decoded) ? processReadable([decoded], this.pipeline) : setAside(decoded, this.pipeline);
  }

  private tell(because: string): void {
    const subscription = this.pipeline.subscription.name;
    this.pipeline.events.emit({ kind: 'infrastructure', subscription, because, waitMs: lookEveryMs });
  }
}

function parkedMessage({ messageId, key, attributes, headers, body, ...place }: Head): {
  message: Message;
  origin: Origin;
} {
  const { address, partition, offset } = place;
  return {
    // A message without a key is parked under its own id.
    message: { key: key === messageId ? '' : key, attributes, headers, body },
    origin: {
      address,
      ...(partition !== null && { partition }),
      ...(offset !== null && { offset }),
      redelivered: false,
      via: 'parked',
    },
  };
}

function failedRunsOf({ attempts, firstFailedAt, operationId, headers }: Head): FailedRuns {
  const firstAttempt = headers[firstAttemptHeader];
  return {
    holds: 0,
    attempts,
    ...(firstFailedAt && { firstFailedAt: firstFailedAt.toISOString() }),
    ...(operationId && { operationId }),
    ...(firstAttempt && { firstAttempt }),
  };
}
