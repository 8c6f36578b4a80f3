import type { ThrowawaySources } from '@waybill/test-kit';
import type pg from 'pg';
import type { eventsFrom } from './event.ts';

export type Events = ReturnType<typeof eventsFrom>;

/** One way to keep events in a database until they are sent. */
export interface Queue {
  readonly name: string;
  /** Path of the module whose `startSender` empties it. */
  readonly sender: string;
  readonly tables?: ThrowawaySources['sql'];
  /** Whatever else must be there before it is filled. */
  prepare?(databaseUrl: string): Promise<void>;
  /** All in one transaction, so that a sender finds all of it at once. */
  fill(events: Events, topic: string, pool: pg.Pool): Promise<void>;
  /** Counts what waits of the latest events, as `left`; it is measured with the rest, so it must be cheap. */
  countLeft(latest: number): string;
  /** Resolves when so many senders share the work. */
  sharedBy?(senders: number, pool: pg.Pool): Promise<void>;
  readonly keepsKeyOrder: boolean;
}
