import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SqsConnection } from './sqs-client.js';
import type { Hold } from './sqs-delivery.js';
import type { NormalSqsOptions } from './sqs.options.js';

/** SQS takes ten receipts a call. */
const perCall = 10;
/**
 * SQS takes 0 too, for at once; but fauxqs 2.4.1 with `FAUXQS_PERSISTENCE` drops a message whose visibility is set to 0
 * (its UPDATE fails after it has taken the message out of memory), until it is restarted.
 */
const givenBackAfterSeconds = 1;

/**
 * A received message until it is deleted, given back or lost. `held` → `deleting` → `gone`; `held` → `gone` when its time
 * is up or SQS no longer knows its receipt. Nothing leaves `gone`.
 */
export interface Held {
  readonly receipt: string;
  readonly group: string;
  /** By our clock, counted from before the request was sent, so that we give it up no later than SQS does. */
  until: number;
  state: 'held' | 'deleting' | 'gone';
}

/**
 * All messages of one queue that a consumer has received and not settled.
 *
 * Each is renewed three times within its visibility, so that a slow handler keeps it. When a receipt turns out stale, all
 * that is held of its group is given up with it: SQS hands the group to whoever asks next, from the stale one on, and
 * later ones must not be handled before it.
 */
export class HeldMessages {
  private readonly held = new Set<Held>();
  private toDelete: { readonly message: Held; readonly done: () => void }[] = [];
  private readonly stopping = new AbortController();
  private changed = Promise.withResolvers<void>();
  private renewing: Promise<void> = Promise.resolve();

  constructor(
    private readonly queue: string,
    private readonly connection: SqsConnection,
    private readonly options: NormalSqsOptions,
  ) {}

  get size(): number {
    return this.held.size;
  }

  startRenewing(): void {
    this.renewing = this.renewInTurns();
  }

  add(message: Held): Hold {
    this.held.add(message);
    const isCurrent = () => this.isCurrent(message);
    return {
      get current() {
        return isCurrent();
      },
      settle: () => this.delete(message),
    };
  }

  private isCurrent(message: Held): boolean {
    return message.state !== 'gone' && this.options.clock.now() < message.until;
  }

  /** Resolves when fewer than `limit` are held, or the signal aborts. */
  async roomUnder(limit: number, signal: AbortSignal): Promise<void> {
    const wake = () => this.tellChanged();
    signal.addEventListener('abort', wake, { once: true });
    while (this.held.size >= limit && !signal.aborted) await this.changed.promise;
    signal.removeEventListener('abort', wake); // it outlives this wait by far
  }

  /** Gathers what is settled in the same turn. Resolves when SQS has answered, or the message is no longer ours. */
  private delete(message: Held): Promise<void> {
    if (message.state !== 'held' || !this.isCurrent(message)) return Promise.resolve();
    message.state = 'deleting';
    return new Promise((done) => {
      if (this.toDelete.length === 0) setImmediate(() => this.deleteGathered());
      this.toDelete.push({ message, done });
    });
  }

  /** Ends the renewing and gives back what is held. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.renewing;
    await this.giveBack([...this.held].filter(({ state }) => state === 'held'));
    for (const message of this.held) this.drop(message);
  }

  /** To be received again within a second. The last goes first: while an earlier one is in flight, its group stays closed. */
  async giveBack(messages: readonly Held[]): Promise<void> {
    for (const message of messages) this.drop(message);
    for (const call of inCallsOf(messages.toReversed()))
      await this.changeVisibility(call, givenBackAfterSeconds).catch(() => undefined); // else its time runs out
  }

  private deleteGathered(): void {
    const gathered = this.toDelete;
    this.toDelete = [];
    for (const call of inCallsOf(gathered)) void this.deleteUntilAnswered(call);
  }

  /** A stale receipt deletes nothing; the message comes again, and the inbox knows it. */
  private async deleteUntilAnswered(call: readonly { readonly message: Held; readonly done: () => void }[]) {
    const { firstBackoffMs, longestBackoffMs, clock } = this.options;
    let left = call;
    for (let tries = 0; left.length > 0; tries++) {
      const failed = await this.tryDelete(left.map(({ message }) => message)).catch(() =>
        left.map(() => true),
      );
      const again = left.filter(({ message }, index) => failed[index] && this.isCurrent(message));
      for (const entry of left.filter((each) => !again.includes(each))) {
        this.drop(entry.message);
        entry.done();
      }
      left = again;
      if (left.length > 0)
        await clock.wait(Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 8)));
    }
  }

  /** Which of them may be tried again: SQS could not, and it was not the receipt's fault. */
  private async tryDelete(messages: readonly Held[]): Promise<boolean[]> {
    const QueueUrl = await this.connection.urlOf(this.queue);
    const Entries = messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
    const { Failed = [] } = await this.connection.call(`deleting from ${this.queue}`, (send, abortSignal) =>
      send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal }),
    );
    const again = new Set(Failed.filter(({ SenderFault }) => !SenderFault).map(({ Id }) => Number(Id)));
    return messages.map((_, index) => again.has(index));
  }

  private async renewInTurns(): Promise<void> {
    const { clock, visibilitySeconds } = this.options;
    while (!this.stopping.signal.aborted) {
      await clock.wait((visibilitySeconds * 1_000) / 3, this.stopping.signal);
      if (!this.stopping.signal.aborted) await this.renewAll();
    }
  }

  private async renewAll(): Promise<void> {
    for (const message of this.held) if (!this.isCurrent(message)) this.giveUpGroup(message.group);
    const calls = inCallsOf([...this.held].filter(({ state }) => state === 'held'));
    // A server that does not answer leaves each its time; what is left of it decides.
    await Promise.all(
      calls.map((call) => this.changeVisibility(call, this.options.visibilitySeconds).catch(() => undefined)),
    );
  }

  private async changeVisibility(messages: readonly Held[], seconds: number): Promise<void> {
    const sentAt = this.options.clock.now();
    const QueueUrl = await this.connection.urlOf(this.queue);
    const Entries = messages.map(({ receipt }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    }));
    const { Successful = [], Failed = [] } = await this.connection.call(
      `holding messages of ${this.queue}`,
      (send, abortSignal) =>
        send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), { abortSignal }),
    );
    for (const { Id } of Successful) messages[Number(Id)]!.until = sentAt + seconds * 1_000;
    for (const { Id, SenderFault } of Failed) if (SenderFault) this.lost(messages[Number(Id)]!);
  }

  /** A message being deleted may be gone because of that; then its group is in order. */
  private lost(message: Held): void {
    if (message.state === 'held') this.giveUpGroup(message.group);
  }

  private giveUpGroup(group: string): void {
    for (const message of this.held)
      if (message.group === group && message.state === 'held') this.drop(message);
  }

  private drop(message: Held): void {
    message.state = 'gone';
    if (this.held.delete(message)) this.tellChanged();
  }

  private tellChanged(): void {
    this.changed.resolve();
    this.changed = Promise.withResolvers();
  }
}

function inCallsOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / perCall) }, (_, call) =>
    items.slice(call * perCall, (call + 1) * perCall),
  );
}
