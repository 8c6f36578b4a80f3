import type { Origin } from '../broker.js';
import type { Message } from '../message.js';
import type { FailedRuns } from '../failed-runs.js';
import { firstAttemptHeader } from '../failure-headers.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { parkingKey, type Parkable } from './parkable.js';
import { ClaimLostError } from './parking.errors.js';
import { advanceKey } from './statements/advance-key.js';
import { claimDueKeys } from './statements/claim-due-keys.js';
import { clearKey } from './statements/clear-key.js';
import { giveUpClaim } from './statements/give-up-claim.js';
import { insertKeyState } from './statements/insert-key-state.js';
import { insertParked } from './statements/insert-parked.js';
import { keepHead } from './statements/keep-head.js';
import { removeParked } from './statements/remove-parked.js';
import { reviveHead } from './statements/revive-head.js';
import { selectHead } from './statements/select-head.js';
import { selectKeyStates } from './statements/select-key-states.js';
import { selectWaitingOperation } from './statements/select-waiting-operation.js';

/** A key whose head one process runs just now. */
export interface KeyClaim {
  readonly key: string;
  readonly token: string;
}

/** The parked message that a claim runs. */
export interface HeadClaim extends KeyClaim {
  readonly number: string;
}

export interface Head extends Pick<Origin, 'address'> {
  readonly number: string;
  readonly messageId: string;
  readonly key: string;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly attributes: Message['attributes'];
  readonly headers: Message['headers'];
  readonly body: Uint8Array;
  readonly attempts: number;
  readonly firstFailedAt: Date | null;
  readonly operationId: string | null;
}

interface WaitingKey {
  readonly key: string;
  /** Of its head. */
  readonly headers: Message['headers'] | null;
}

/** How a head stays: to run again at `dueAtMs`, or dead until a person decides. */
export interface Kept {
  readonly state: 'waiting' | 'dead';
  readonly dueAtMs: number;
  readonly because: string;
  readonly failed: FailedRuns;
}

/**
 * Which keys of a subscription wait, and what is parked behind them; in the consumer's database (`sql/delivery-state.sql`).
 * All but the claims are called under the key's lock, in the transaction of the inbox claim: so a newcomer sees the key
 * either waiting, and queues behind, or clear, and runs after all that was parked.
 */
export class KeyStates {
  constructor(
    private readonly subscription: string,
    private readonly claimMs: number,
  ) {}

  /** Keys among these that are not clear, each with the `traceparent` of its head's first run, where that is known. */
  async waiting(
    keys: readonly string[],
    transaction: SqlTransaction,
  ): Promise<ReadonlyMap<string, string | null>> {
    if (keys.length === 0) return new Map();
    const values = [this.subscription, keys];
    const rows = await transaction.query<WaitingKey>(selectKeyStates, values);
    return new Map(rows.map(({ key, headers }) => [key, headers?.[firstAttemptHeader] ?? null]));
  }

  /** Puts messages at the end of their keys, in the order given; answers the ids that were not there already. */
  async park(messages: readonly Parkable[], transaction: SqlTransaction): Promise<ReadonlySet<string>> {
    if (messages.length === 0) return new Set();
    const rows = await transaction.query<{ id: string }>(insertParked, [
      this.subscription,
      messages.map(parkingKey),
      messages.map(({ envelope }) => envelope.id),
      messages.map(({ origin }) => origin.address),
      messages.map(({ origin }) => origin.partition ?? null),
      messages.map(({ origin }) => origin.offset ?? null),
      messages.map(({ message }) => JSON.stringify(message.attributes)),
      messages.map(({ message }) => JSON.stringify(message.headers)),
      messages.map(({ message }) => message.body),
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** The first message of a clear key begins to wait. */
  async begin(head: Parkable, kept: Kept, transaction: SqlTransaction): Promise<void> {
    await transaction.execute(insertKeyState, [
      this.subscription,
      parkingKey(head),
      ...columnsOf(kept),
      kept.failed.operationId ?? null,
    ]);
    await this.park([head], transaction);
  }

  claimDue(limit: number, transaction: SqlTransaction): Promise<KeyClaim[]> {
    return transaction.query<KeyClaim>(claimDueKeys, [this.subscription, limit, this.claimMs]);
  }

  async head({ key, token }: KeyClaim, transaction: SqlTransaction): Promise<Head | undefined> {
    const [head] = await transaction.query<Head>(selectHead, [this.subscription, key, token]);
    return head;
  }

  /** The head is handled, a duplicate or discarded; the key goes on with the next, or is clear. */
  async advance({ key, token, number }: HeadClaim, transaction: SqlTransaction): Promise<void> {
    const values = [this.subscription, key, token, number, this.claimMs];
    if ((await transaction.execute(advanceKey, values)) === 0)
      throw new ClaimLostError(this.subscription, key);
    await transaction.execute(clearKey, [this.subscription, key]);
  }

  async keep({ key, token }: KeyClaim, kept: Kept, transaction: SqlTransaction): Promise<void> {
    const changed = await transaction.execute(keepHead, [this.subscription, key, token, ...columnsOf(kept)]);
    if (changed === 0) throw new ClaimLostError(this.subscription, key);
  }

  /** What is to be known of the head beside its key's state. Under its claim. */
  async note({ number }: HeadClaim, headers: Message['headers'], transaction: SqlTransaction): Promise<void> {
    await transaction.execute(replaceHeaders, [this.subscription, number, JSON.stringify(headers)]);
  }

  /**
   * What a person wants run again: `revived` when it heads its key, with its new body if one is given; `behind` when it
   * waits for another; `absent` when it is not parked.
   */
  async revive(
    key: string,
    messageId: string,
    { operationId, body }: { readonly operationId: string; readonly body?: Uint8Array },
    transaction: SqlTransaction,
  ): Promise<'revived' | 'behind' | 'absent'> {
    const place = [this.subscription, key, messageId];
    if ((await transaction.execute(reviveHead, [...place, operationId])) === 0)
      return (await this.isParked(key, messageId, transaction)) ? 'behind' : 'absent';
    if (body) await transaction.execute(replaceBody, [...place, body]);
    return 'revived';
  }

  /** The operation that wants this head run again and has not seen its end; whoever changes the head answers for it. */
  async waitingOperation(
    key: string,
    messageId: string,
    transaction: SqlTransaction,
  ): Promise<string | undefined> {
    const values = [this.subscription, key, messageId];
    const [row] = await transaction.query<{ operationId: string }>(selectWaitingOperation, values);
    return row?.operationId;
  }

  async isParked(key: string, messageId: string, transaction: SqlTransaction): Promise<boolean> {
    return (await transaction.query(selectParked, [this.subscription, key, messageId])).length > 0;
  }

  /** Gives a parked message up; its key goes on. Nothing when it is not parked. */
  async remove(key: string, messageId: string, transaction: SqlTransaction): Promise<void> {
    await transaction.execute(removeParked, [this.subscription, key, messageId]);
    await transaction.execute(clearKey, [this.subscription, key]);
  }

  async giveUp({ key, token }: KeyClaim, transaction: SqlTransaction): Promise<void> {
    await transaction.execute(giveUpClaim, [this.subscription, key, token]);
  }
}

const selectParked = `
  SELECT number::text FROM parked_messages WHERE subscription = $1 AND key = $2 AND message_id = $3::uuid`;

const replaceBody = `
  UPDATE parked_messages SET body = $4 WHERE subscription = $1 AND key = $2 AND message_id = $3::uuid`;

const replaceHeaders = `
  UPDATE parked_messages SET headers = $3::json WHERE subscription = $1 AND number = $2::bigint`;

function columnsOf({ state, dueAtMs, because, failed }: Kept): unknown[] {
  const firstFailedAt = failed.firstFailedAt ? new Date(failed.firstFailedAt) : null;
  return [
    state,
    new Date(dueAtMs),
    failed.attempts,
    firstFailedAt,
    because.replaceAll('\0', '').slice(0, 1_024),
  ];
}
