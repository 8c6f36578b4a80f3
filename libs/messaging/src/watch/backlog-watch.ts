import type { Consumer, RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import { selectParkedCounts } from '../parking/statements/select-parked-counts.js';
import type { SqlDatabase } from '../sql-transaction.js';

/** What a subscription has before it, as the last look found it; absent what could not be read. */
export interface Backlog {
  /** Messages that wait at the broker; see `Consumer.waiting`. */
  readonly waiting?: number;
  /** Messages in the consumer's database, behind a head that waits or is dead; heads included. */
  readonly parked?: number;
  /** Work that may be done now: what waits at the broker, and parked heads whose time has come. */
  readonly due?: number;
  /** Of what is in hand or parked: since it was first seen here. To the nearest look. */
  readonly oldestAgeMs: number;
}

interface Parked {
  readonly parked: number;
  readonly due: number;
  readonly oldestAgeMs: number;
}

export interface BacklogWatchOptions {
  readonly clock: Clock;
  readonly subscription: string;
  /** Where it parks; absent when it does not. */
  readonly database?: SqlDatabase;
  readonly lookEveryMs: number;
}

const nothingParked: Parked = { parked: 0, due: 0, oldestAgeMs: 0 };
/** A look that found the pool exhausted must not stand in its queue. */
const briefly = { timeoutMs: 5_000, maxWaitMs: 2_000 };
/** After so many looks without an answer, what is known is too old. */
const believedLooks = 3;

/**
 * Looks now and then at what is before a subscription, so that whoever asks for it need not wait for a broker or a database.
 * One look at a time: while one is not answered, no further question is asked.
 */
export class BacklogWatch {
  private looking = false;
  /** Weak, so that what is settled between two looks is not kept until the next. */
  private seenSince = new WeakMap<RawDelivery, number>();
  private found: { readonly backlog: Backlog; readonly atMs: number } | undefined;

  constructor(private readonly options: BacklogWatchOptions) {}

  /** What was found last; nothing when that was too long ago. */
  get last(): Backlog | undefined {
    const { clock, lookEveryMs } = this.options;
    const { found } = this;
    return found && clock.now() - found.atMs <= believedLooks * lookEveryMs ? found.backlog : undefined;
  }

  /** What waits at the broker; nothing when that is unknown, or while the look before has no answer yet. */
  async look(
    consumer: Pick<Consumer, 'waiting'>,
    inHand: Iterable<RawDelivery>,
  ): Promise<number | undefined> {
    if (this.looking) return undefined;
    this.looking = true;
    const inHandMs = this.oldestInHandMs(inHand);
    const waiting = consumer.waiting().catch(() => undefined);
    void Promise.all([waiting, this.readParked()]).then(([atBroker, parked]) => {
      this.found = { backlog: backlogOf(atBroker, parked, inHandMs), atMs: this.options.clock.now() };
      this.looking = false;
    });
    return waiting;
  }

  /** By what is still in hand since which look: so no message pays for a note of when it came. */
  private oldestInHandMs(inHand: Iterable<RawDelivery>): number {
    const now = this.options.clock.now();
    const known = this.seenSince;
    this.seenSince = new WeakMap();
    let oldest = now;
    for (const delivery of inHand) {
      const since = known.get(delivery) ?? now;
      this.seenSince.set(delivery, since);
      oldest = Math.min(oldest, since);
    }
    return now - oldest;
  }

  private async readParked(): Promise<Parked | undefined> {
    const { database, subscription } = this.options;
    if (!database) return nothingParked;
    const read = database.transaction(
      async (transaction) => transaction.query<Parked>(selectParkedCounts, [subscription]),
      briefly,
    );
    return read.then(
      ([parked]) => parked,
      () => undefined,
    );
  }
}

function backlogOf(waiting: number | undefined, parked: Parked | undefined, inHandMs: number): Backlog {
  return {
    ...(waiting !== undefined && { waiting }),
    ...(parked && { parked: parked.parked }),
    ...(waiting !== undefined && parked && { due: waiting + parked.due }),
    oldestAgeMs: Math.max(inHandMs, parked?.oldestAgeMs ?? 0),
  };
}
