import { Injectable } from '@nestjs/common';
import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import { appendLinksSql, knownIdsSql, lockHeadSql, parametersOf } from './append-links.sql.js';
import type { Entry, Head } from './entry.js';
import { chainBehind } from './hash-chain.js';
import { SealEntries } from '../people/seal-entries.js';

/** Appends to the one chain, a batch at a time. */
@Injectable()
export class ChainStore {
  /**
   * A hook that only registers another one runs its work behind the hooks of everybody else: the head is the last
   * lock of the batch, held by nobody who still waits for another lock, and for as short as can be.
   */
  private readonly gathered = perTransaction((transaction): Entry[] => {
    const entries: Entry[] = [];
    transaction.beforeCommit(async () => transaction.beforeCommit(() => this.chain(entries, transaction)));
    return entries;
  });

  constructor(private readonly people: SealEntries) {}

  /** Chained in the order of the calls, right before the transaction commits. */
  append(entry: Entry, transaction: SqlTransaction): void {
    this.gathered(transaction).push(entry);
  }

  private async chain(entries: readonly Entry[], transaction: SqlTransaction): Promise<void> {
    const fresh = await withoutKnown(entries, transaction);
    if (fresh.length === 0) return;
    const sealed = await this.people.seal(fresh, transaction);
    const [head] = await transaction.query<Head>(lockHeadSql);
    if (!head) throw new Error('audit_head has no row: the chain has lost its end');
    await transaction.execute(appendLinksSql, parametersOf(chainBehind(head, sealed)));
  }
}

/** Looked up before the head is locked: the inbox keeps any other process from appending these ids meanwhile. */
async function withoutKnown(entries: readonly Entry[], transaction: SqlTransaction): Promise<Entry[]> {
  const ids = entries.map(({ messageId }) => messageId);
  const known = await transaction.query<{ id: string }>(knownIdsSql, [ids]);
  const knownIds = new Set(known.map(({ id }) => id));
  return entries.filter(({ messageId }) => !knownIds.has(messageId));
}
