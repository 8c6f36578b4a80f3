import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { TransactionEndedError } from '../service-kit.errors.js';
import { statementNames } from './statement-names.js';
import { parameterOf, resultTypes } from './values.js';

const nameOf = statementNames();

/**
 * The connection of one of Prisma's transactions, from its BEGIN until its COMMIT or ROLLBACK. A statement sent here is in
 * the transaction like any that goes through Prisma's client, at a third of the processor time.
 */
export class TransactionConnection {
  private readonly openedAt = performance.now();
  private endedAt: number | undefined;

  constructor(private readonly client: pg.ClientBase) {}

  ask<Row extends pg.QueryResultRow>(
    text: string,
    parameters: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    if (this.endedAt !== undefined)
      return Promise.reject(new TransactionEndedError(this.endedAt - this.openedAt));
    const values = parameters.map(parameterOf);
    return this.client.query<Row>({ name: nameOf({ sql: text }), text, values, types: resultTypes });
  }

  /** What is asked from now on would be in another's transaction, or in none. */
  end(): void {
    this.endedAt ??= performance.now();
  }
}

/** Of the transaction that is being opened, or that was opened last, in what is running. */
interface Opening {
  connection?: TransactionConnection;
}

const openings = new AsyncLocalStorage<Opening>();

/** Runs what opens one transaction of Prisma's; `connection` is there from its BEGIN on. */
export function openingTransaction<T>(work: (opening: Readonly<Opening>) => Promise<T>): Promise<T> {
  const opening: Opening = {};
  return openings.run(opening, () => work(opening));
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>;

/** Hands out the connections of the transactions that it begins. */
export class LendingPrismaPg extends PrismaPg {
  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    const startTransaction = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => lend(await startTransaction(isolationLevel));
    return adapter;
  }
}

/** Prisma ends a transaction by a statement of its own, also one that has outlived its time. */
const ends = /^\s*(commit|rollback)\s*$/i;

function lend(transaction: Transaction): Transaction {
  const opening = openings.getStore();
  if (!opening || opening.connection) return transaction;
  const { client } = transaction as Transaction & { readonly client: pg.ClientBase };
  const connection = (opening.connection = new TransactionConnection(client));
  const executeRaw = transaction.executeRaw.bind(transaction);
  transaction.executeRaw = (query) => {
    if (ends.test(query.sql)) connection.end();
    return executeRaw(query);
  };
  return transaction;
}
