/** What waits in our outbox to be sent. */
export interface OutboxBacklog {
  readonly rows: number;
  /** Of these, rows a broker will not take, each holding up its key. They wait for a person. */
  readonly refused: number;
  /** Age of the oldest row that only the relay or its broker keeps waiting. */
  readonly oldestAgeMs: number;
}

/** One reading. A half that is absent could not be read: its database or broker is away. */
export interface Look {
  readonly atMs: number;
  readonly outbox?: OutboxBacklog | undefined;
  /** Messages that wait for us in the queue. */
  readonly queueDepth?: number | undefined;
}

/** What is held to be true after all looks so far; absent what is unknown. */
export interface Backlog {
  readonly outbox?: OutboxBacklog | undefined;
  readonly queueDepth?: { readonly messages: number; readonly atMs: number } | undefined;
}

/** A depth says little about the queue that a broker shows when it comes back. */
const believeDepthMs = 10_000;

/**
 * An unread depth is believed for a while, then unknown. An unread outbox is what it was until it is read again: while
 * its database is away nothing can be accepted anyhow, and one too large to be counted in time must not look empty.
 */
export function remember(before: Backlog, { atMs, outbox, queueDepth }: Look): Backlog {
  return {
    outbox: outbox ?? before.outbox,
    queueDepth: queueDepth === undefined ? stillBelieved(before, atMs) : { messages: queueDepth, atMs },
  };
}

function stillBelieved({ queueDepth }: Backlog, nowMs: number): Backlog['queueDepth'] {
  return queueDepth && nowMs - queueDepth.atMs <= believeDepthMs ? queueDepth : undefined;
}
