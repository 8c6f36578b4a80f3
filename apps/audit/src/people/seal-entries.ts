import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import type { Entry } from '../chain/entry.js';
import { CustomerKeysStore } from './customer-keys.store.js';
import { seal } from './seal.js';
import { withoutPersonal } from './without-personal.js';

interface Split {
  readonly entry: Entry;
  /** Nothing when the entry tells nothing of a person. */
  readonly rest: Uint8Array | undefined;
}

/** Puts what entries tell of people under their customer's key before they are chained. */
@Injectable()
export class SealEntries {
  constructor(private readonly keys: CustomerKeysStore) {}

  /**
   * An event that happened before its customer was erased, and comes late or again, is kept without what was personal:
   * no key is made for it. One that happened after is a new beginning, under a new key.
   */
  async seal(entries: readonly Entry[], transaction: SqlTransaction): Promise<readonly Entry[]> {
    const split = entries.map((entry): Split => ({ entry, rest: withoutPersonal(entry) }));
    const ofPeople = split.filter(({ rest }) => rest).map(({ entry }) => entry);
    if (ofPeople.length === 0) return entries;
    const erasures = await this.keys.lastErasures(ofPeople.map(customerOf), transaction);
    const isErased = (entry: Entry) => entry.occurredAt <= (erasures.get(customerOf(entry)) ?? new Date(0));
    const sealable = ofPeople.filter((entry) => customerOf(entry) !== '' && !isErased(entry));
    const keys = await this.keys.keys(sealable.map(customerOf), transaction);
    return split.map(({ entry, rest }) => {
      if (!rest) return entry;
      const key = isErased(entry) ? undefined : keys.get(customerOf(entry));
      return { ...entry, body: rest, sealed: key ? seal(entry.body, key, entry.messageId) : null };
    });
  }
}

/** Order events and payments are keyed by it. */
const customerOf = ({ key }: Entry): string => key;
