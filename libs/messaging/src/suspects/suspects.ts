import { randomUUID } from 'node:crypto';
import { systemClock } from '../clock.js';
import { lockNames } from '../lock-names.js';
import { FatalError } from '../messaging.errors.js';
import type { MessagingEvents } from '../messaging-events.js';
import type { SqlDatabase, SqlTransaction } from '../sql-transaction.js';
import type { Subscription } from '../subscription.js';
import { isDead, ownerName, thisProcess } from './process-owner.js';
import { runGate } from './run-gate.js';
import { insertSuspects } from './statements/insert-suspects.js';
import { selectRunsInHand } from './statements/select-runs-in-hand.js';
import { selectSuspects } from './statements/select-suspects.js';

interface RunInHand {
  readonly runId: string;
  readonly owner: string;
  readonly alone: boolean;
  readonly messageIds: readonly string[];
  readonly ageMs: number;
}

/** A message that took the process with it twice, with nothing else running, would do so for ever. */
export const deadlyDeaths = 2;
const afterTimeoutMs = 10_000;
const lookAgainMs = 250;
const beforeSecondMs = 1_000;

/** Runs of this process that have ended and could not be removed yet: nobody runs them. */
const unremoved = new Set<string>();

/** The process died each time it handled this message alone. */
export class KillsProcessError extends FatalError {
  override readonly code = 'WAYBILL_KILLS_PROCESS';

  constructor(deaths: number) {
    super(`the process died ${deaths} times while it handled this message and nothing else`);
  }
}

/**
 * Finds the message that kills the process, among the many that are in hand when it dies. Nothing is written about
 * messages that come for the first time, so it costs nothing until something has died. Redelivered ones stand in
 * `runs_in_hand` while they are handled. One found there of a dead process is a suspect: it runs alone, with that fact
 * committed first, so that a death in between is counted against it and nothing else. Twice, and it is deadly.
 * A process killed from outside leaves suspects too; alone, they simply succeed.
 */
export class Suspects {
  constructor(
    private readonly subscription: Subscription,
    private readonly database: SqlDatabase,
    private readonly events: MessagingEvents,
  ) {}

  /**
   * The suspects among redelivered messages, with their deaths. Waits while another process may still be running one of
   * them alone: whether it dies of it must be known before it is run here.
   */
  async among(ids: readonly string[], released: AbortSignal): Promise<ReadonlyMap<string, number>> {
    for (;;) {
      const found = await this.database.transaction((transaction) => this.examine(ids, transaction));
      if (found || released.aborted) return found ?? new Map();
      await systemClock.wait(lookAgainMs, released);
    }
  }

  /** Runs redelivered messages that are no suspects, as any others, but so that a death leaves a trace. */
  async inHand<T>(ids: readonly string[], run: () => Promise<T>): Promise<T> {
    const runId = await this.take(ids, false);
    try {
      return await run();
    } finally {
      await this.letGo(runId, []);
    }
  }

  /**
   * Runs a suspect with nothing beside it in this process. When it returns, nobody died of it. One that was alone at a
   * death before is first waited with, unrecorded: whoever kills processes at a whim then hardly ever meets the same
   * message twice, while a deadly one dies of itself again.
   */
  alone<T>(id: string, deaths: number, run: () => Promise<T>): Promise<T> {
    return runGate.byItself(async () => {
      if (deaths > 0) await systemClock.wait(beforeSecondMs);
      const runId = await this.take([id], true);
      try {
        return await run();
      } finally {
        await this.letGo(runId, [id]);
      }
    });
  }

  /** Nothing when one of them is being run alone elsewhere. */
  private async examine(
    ids: readonly string[],
    transaction: SqlTransaction,
  ): Promise<Map<string, number> | undefined> {
    const { name, handlerTimeoutMs } = this.subscription;
    await lockNames([`waybill suspects ${name}`], transaction);
    const runs = await transaction.query<RunInHand>(selectRunsInHand, [name, ids]);
    const [dead, living] = parted(runs, (run) =>
      isDead(run.owner, run.ageMs, handlerTimeoutMs + afterTimeoutMs),
    );
    for (const run of dead) await this.accuse(run, transaction);
    if (living.some(({ alone, runId }) => alone && !unremoved.has(runId))) return undefined;
    const rows = await transaction.query<{ id: string; deaths: number }>(selectSuspects, [name, ids]);
    return new Map(rows.map(({ id, deaths }) => [id, deaths]));
  }

  private async accuse({ runId, alone, messageIds }: RunInHand, transaction: SqlTransaction): Promise<void> {
    const { name } = this.subscription;
    await transaction.execute(insertSuspects, [name, messageIds, alone ? 1 : 0]);
    await transaction.execute('DELETE FROM runs_in_hand WHERE run_id = $1::uuid', [runId]);
    for (const messageId of messageIds)
      this.events.emit({ kind: 'suspect', subscription: name, messageId, deaths: alone ? 1 : 0 });
  }

  /** Without waiting for the disk: it has to outlive this process, not the database's. */
  private async take(ids: readonly string[], alone: boolean): Promise<string> {
    const runId = randomUUID();
    await this.database.transaction(async (transaction) => {
      await transaction.execute('SET LOCAL synchronous_commit TO off');
      await transaction.execute(
        `INSERT INTO runs_in_hand (run_id, subscription, owner, alone, message_ids)
         VALUES ($1::uuid, $2, $3, $4, $5::uuid[])`,
        [runId, this.subscription.name, ownerName(thisProcess), alone, ids],
      );
    });
    return runId;
  }

  /**
   * The run has ended without a death; `acquitted` are suspects no more. What came of it holds, even when that cannot be
   * written down now: the next run that ends does.
   */
  private async letGo(runId: string, acquitted: readonly string[]): Promise<void> {
    unremoved.add(runId);
    const runIds = [...unremoved];
    try {
      await this.remove(runIds, acquitted);
      for (const removed of runIds) unremoved.delete(removed);
    } catch (error) {
      const because = `a run in hand that has ended is not removed: ${String(error)}`;
      const { name } = this.subscription;
      this.events.emit({ kind: 'infrastructure', subscription: name, because, waitMs: 0 });
    }
  }

  private async remove(runIds: readonly string[], acquitted: readonly string[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.execute('SET LOCAL synchronous_commit TO off');
      await transaction.execute('DELETE FROM runs_in_hand WHERE run_id = ANY ($1::uuid[])', [runIds]);
      if (acquitted.length > 0)
        await transaction.execute(
          'DELETE FROM suspects WHERE subscription = $1 AND message_id = ANY ($2::uuid[])',
          [this.subscription.name, acquitted],
        );
    });
  }
}

function parted<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}
