import type { Origin } from './broker.js';
import type { Contract, PayloadOf } from './contract.js';
import type { Envelope, Message } from './message.js';
import type { Outcome } from './outcome.js';
import type { SqlTransaction } from './sql-transaction.js';

/** What a handler is given: the decoded payload and the transaction that also holds its inbox row. */
export interface Delivery<C extends Contract = Contract> {
  readonly payload: PayloadOf<C>;
  readonly envelope: Envelope;
  readonly message: Message;
  readonly origin: Origin;
  readonly transaction: SqlTransaction;
}

/**
 * Handles one message inside the transaction. In the batch lane many run in turn in one transaction, so there must be
 * no effect outside it; in both lanes it may run again from the start, with nothing of the failed run left.
 */
export interface MessageHandler<C extends Contract = Contract> {
  handle(delivery: Delivery<C>): Promise<Outcome>;
  /** Names of what it will lock (`order:…`, `sku:…`); taken sorted, for the whole batch, before any handler runs. */
  locks?(payload: PayloadOf<C>): readonly string[];
  /**
   * Reads or locks in one statement what the handlers of a batch need: called with all its new messages, after the locks
   * and before any handler runs. Not for a message that is handled alone: there the handler finds it by itself.
   */
  lookAhead?(payloads: readonly PayloadOf<C>[], transaction: SqlTransaction): Promise<void>;
}

/**
 * Handles a message by asking the outside world, with no transaction open while it asks. Keyed lane only.
 * `prepare` stores intent, claim token and lease, and is committed first; `conclude` writes the result under that
 * token together with inbox row and outbox. Dying between the two leaves an expired lease and the same key to ask with.
 */
export interface CallsOutside<C extends Contract = Contract, Intent = unknown, Result = unknown> {
  prepare(delivery: Delivery<C>): Promise<{ readonly call: Intent } | Outcome>;
  call(intent: Intent): Promise<Result>;
  conclude(intent: Intent, result: Result, delivery: Delivery<C>): Promise<Outcome>;
}

/** A handler of whatever contract: what the pipeline holds, having matched payload and handler by their type. */
export type AnyHandler = AnyMessageHandler | AnyOutsideCaller;

interface AnyMessageHandler {
  handle(delivery: never): Promise<Outcome>;
  locks?(payload: never): readonly string[];
  lookAhead?(payloads: never, transaction: SqlTransaction): Promise<void>;
}

interface AnyOutsideCaller {
  prepare(delivery: never): Promise<{ readonly call: unknown } | Outcome>;
  call(intent: never): Promise<unknown>;
  conclude(intent: never, result: never, delivery: never): Promise<Outcome>;
}

export function callsOutside(handler: AnyHandler): handler is AnyOutsideCaller {
  return 'prepare' in handler;
}
