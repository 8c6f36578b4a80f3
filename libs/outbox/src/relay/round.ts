import type { PublishResult } from '@waybill/messaging';
import { queueOf, type RelayRow } from './relay-row.js';

export interface RefusedRow {
  readonly row: RelayRow;
  readonly because: Error;
}

/**
 * What became of one round's rows. Only the confirmed beginning of each key counts as sent: once a row of a key is
 * refused, unknown or withheld, every later one waits with it and is sent again behind it, even if its own publish was
 * confirmed. Readers that keep the last message of a key would otherwise end on an old one.
 */
export class Round {
  readonly confirmed: RelayRow[] = [];
  readonly refused: RefusedRow[] = [];
  unknown: Error | undefined;
  private readonly waiting = new Set<string>();

  /** Every row was confirmed. */
  get isClean(): boolean {
    return this.waiting.size === 0;
  }

  mayGo(row: RelayRow): boolean {
    return this.isClean || !this.waiting.has(queueOf(row));
  }

  withhold(row: RelayRow): void {
    this.waiting.add(queueOf(row));
  }

  record(rows: readonly RelayRow[], results: readonly PublishResult[]): void {
    rows.forEach((row, index) => {
      if (this.mayGo(row)) this.recordOne(row, results[index] ?? unanswered);
    });
  }

  private recordOne(row: RelayRow, result: PublishResult): void {
    if (result.status === 'confirmed') return void this.confirmed.push(row);
    this.withhold(row);
    if (result.status === 'refused') this.refused.push({ row, because: result.because });
    else this.unknown ??= result.because;
  }
}

const unanswered: PublishResult = { status: 'unknown', because: new Error('the publisher gave no result') };
