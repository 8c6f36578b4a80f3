import { systemClock, type SqlDatabase, type SqlTransaction } from '@waybill/messaging';
import pg from 'pg';
import type { NewMessage, OutboxRoutes } from '../new-message.js';
import { OutboxStandsError } from '../outbox.errors.js';
import { Outbox } from '../outbox.js';
import { pgDatabase } from '../pg-database.js';
import type { History } from './history.js';
import { MomentsCursor } from './moments-cursor.js';
import { recordBegin, recordEnd } from './record.js';

export interface RepublishOptions {
  readonly databaseUrl: string;
  /** CloudEvents source, as in the application's outbox. */
  readonly source: string;
  readonly routes: OutboxRoutes;
  /** Messages of this time; `to` is excluded. */
  readonly from: Date;
  readonly to: Date;
  /** Only what goes to this one. */
  readonly broker?: string;
  /** Counts as it would write, and writes nothing. */
  readonly dryRun: boolean;
  readonly actor: string;
  readonly reason: string;
  /** How long the outbox may stand still before this gives up. */
  readonly waitMs: number;
  /** After each batch: how many rows so far, and the time they have got to. */
  readonly progress?: (rows: number, at: Date) => void;
}

export interface Republished {
  /** Rows by `broker address`. */
  readonly messages: Readonly<Record<string, number>>;
  readonly leftOut: number;
}

const batchSize = 200;
/** Few enough that what is told for the first time, which lies behind them, is held up for a moment only. */
const mostWaiting = 500;
const lookEveryMs = 100;

/**
 * Tells again what an application has told, to brokers that have lost it, through its outbox and relay. In the order of
 * time, so that what is told of one subject keeps its order within a key.
 *
 * Every batch is a transaction of its own. Dying leaves a record without an end; begun again it tells everything once
 * more, which harms nobody who knows messages by their ids.
 */
export async function republish(history: History, options: RepublishOptions): Promise<Republished> {
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: 1 });
  pool.on('error', () => 'the next statement says so');
  const cursor = await MomentsCursor.open(options.databaseUrl, history.moments, options.from, options.to);
  try {
    const database = pgDatabase(pool);
    if (options.dryRun) return await tellAll(history, cursor, database, options);
    const operationId = await recordBegin(options, database);
    const republished = await tellAll(history, cursor, database, options);
    await recordEnd(operationId, republished, database);
    return republished;
  } finally {
    await Promise.all([cursor.close(), pool.end()]);
  }
}

async function tellAll(
  history: History,
  cursor: MomentsCursor,
  database: SqlDatabase,
  options: RepublishOptions,
): Promise<Republished> {
  const { dryRun, waitMs, progress } = options;
  const routes = routesTo(options.broker, options.routes);
  const outbox = new Outbox({ source: options.source, routes });
  const counted = new Map<string, number>();
  let [rows, leftOut] = [0, 0];
  for (let batch = await cursor.next(batchSize); batch.length > 0; batch = await cursor.next(batchSize)) {
    if (!dryRun) await untilRoom(database, waitMs);
    await database.transaction(async (transaction) => {
      const told = await history.tell(batch, transaction);
      const going = told.flatMap(({ messages }) =>
        messages.filter((each) => placesOf(each, routes).length > 0),
      );
      const places = going.flatMap((message) => placesOf(message, routes));
      for (const place of places) counted.set(place, (counted.get(place) ?? 0) + 1);
      rows += places.length;
      leftOut += told.reduce((sum, each) => sum + each.leftOut, 0);
      if (!dryRun) await outbox.add(going, transaction);
    });
    progress?.(rows, batch.at(-1)!.at);
  }
  return { messages: Object.fromEntries([...counted].sort()), leftOut };
}

function routesTo(broker: string | undefined, routes: OutboxRoutes): OutboxRoutes {
  if (broker === undefined) return routes;
  const only = Object.entries(routes).map(([type, route]): [string, OutboxRoutes[string]] => [
    type,
    (message) => route(message).filter((destination) => destination.broker === broker),
  ]);
  return Object.fromEntries(only);
}

const placesOf = (message: NewMessage, routes: OutboxRoutes): string[] =>
  routes[message.contract.type]!(message).map(({ broker, address }) => `${broker} ${address}`);

/** The relay's pace is ours: a full outbox would make the application refuse its callers. */
async function untilRoom(database: SqlDatabase, waitMs: number): Promise<void> {
  let least = Infinity;
  for (let stoodMs = 0; ; stoodMs += lookEveryMs) {
    const waiting = await waitingRows(database);
    if (waiting < mostWaiting) return;
    if (waiting < least) [least, stoodMs] = [waiting, 0];
    if (stoodMs >= waitMs) throw new OutboxStandsError(waiting, waitMs);
    await systemClock.wait(lookEveryMs);
  }
}

/** Not those that are not due yet: nobody waits for them. */
const countWaiting = `
  SELECT count(*)::int AS n FROM (
    SELECT FROM outbox WHERE due_at IS NULL OR due_at <= now() LIMIT ${10 * mostWaiting}) AS waiting`;

const waitingRows = (database: SqlDatabase): Promise<number> =>
  database.transaction(async (transaction: SqlTransaction) => {
    const [counted] = await transaction.query<{ n: number }>(countWaiting);
    return counted!.n;
  });
