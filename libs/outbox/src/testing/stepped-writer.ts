import type { SqlDatabase, SqlTransaction } from '@waybill/messaging';
import type { NewMessage } from '../new-message.js';
import type { Seeded } from './seeded.js';
import { text } from './outbox-bench.js';

type Step = (transaction: SqlTransaction) => Promise<unknown>;
type Add = (messages: readonly NewMessage[], transaction: SqlTransaction) => Promise<void>;

/** Long enough for a statement, short beside a thousand seeds. A slow one taken for blocked is only another order. */
const blockedAfterMs = 4;

/**
 * One transaction that stops before each of its steps, before the outbox writes its rows, and before COMMIT, until
 * the scheduler lets it go on. A step that waits for another transaction's lock is left waiting.
 */
export class SteppedWriter {
  committed: string[] = [];
  finished = false;
  private next = Promise.withResolvers<void>();
  private arrived = Promise.withResolvers<void>();
  private waiting = false;
  private readonly running: Promise<void>;

  constructor(
    database: SqlDatabase,
    private readonly steps: readonly Step[],
    private readonly end: 'commit' | 'roll back',
    private readonly messages: readonly string[],
  ) {
    this.running = database
      .transaction((transaction) => this.run(transaction))
      .then(
        () => void (this.committed = [...this.messages]),
        (error: unknown) => {
          if (!(error instanceof RolledBackOnPurpose)) throw error;
        },
      );
    this.running.then(
      () => this.settle(),
      () => this.settle(),
    );
  }

  /** It stands before a step, not in one. */
  get ready(): boolean {
    return this.waiting;
  }

  /** Lets one step happen; returns when it is over or seems to wait for a lock. */
  async advance(): Promise<void> {
    this.arrived = Promise.withResolvers();
    this.waiting = false;
    this.next.resolve();
    await this.rest();
  }

  /** Until it stands before a step, has ended, or has been silent for a while. */
  async rest(): Promise<void> {
    if (this.waiting || this.finished) return;
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<void>((resolve) => (timer = setTimeout(resolve, blockedAfterMs)));
    await Promise.race([this.arrived.promise, silent]);
    clearTimeout(timer);
  }

  /** Rejects with whatever went wrong in the transaction. */
  async outcome(): Promise<void> {
    await this.running;
  }

  private async run(transaction: SqlTransaction): Promise<void> {
    transaction.beforeCommit(() => this.gate());
    for (const step of this.steps) {
      await this.gate();
      await step(transaction);
    }
    if (this.end === 'roll back') throw new RolledBackOnPurpose();
    // Registered after the outbox's own hook: rows are written, and not yet committed.
    transaction.beforeCommit(() => this.gate());
  }

  private async gate(): Promise<void> {
    this.next = Promise.withResolvers();
    this.waiting = true;
    this.arrived.resolve();
    await this.next.promise;
  }

  private settle(): void {
    this.finished = true;
    this.waiting = false;
    this.arrived.resolve();
  }
}

class RolledBackOnPurpose extends Error {}

const planSettings = [
  'enable_hashjoin',
  'enable_nestloop',
  'enable_mergejoin',
  'enable_hashagg',
  'enable_sort',
];
const ordered = text('to-kafka');

/**
 * A transaction from the seed: it may take its id early, locks some aggregates or none, and announces on some of the
 * keys. Messages read `key:version`; version is the aggregate's, counted under its lock, or `-` without one.
 */
export function writerOf(
  random: Seeded,
  name: string,
  keys: readonly string[],
  database: SqlDatabase,
  add: Add,
): SteppedWriter {
  const messages: string[] = [];
  const steps: Step[] = [
    (transaction) => transaction.execute(`SET LOCAL ${random.oneOf(planSettings)} = off`),
  ];
  if (random.chance(60)) steps.push((transaction) => transaction.query('SELECT pg_current_xact_id()'));
  const chosen = keys.filter(() => random.chance(75));
  for (const key of chosen.length > 0 ? chosen : keys.slice(0, 1)) {
    const locks = random.chance(60);
    const count = 1 + random.below(2);
    steps.push(async (transaction) => {
      const version = locks ? await nextVersion(key, transaction) : '-';
      const texts = Array.from({ length: count }, (_, index) => `${key}:${version}:${name}${index}`);
      messages.push(...texts);
      await add(
        texts.map((payload) => ({ contract: ordered, key, subject: key, payload }) as NewMessage),
        transaction,
      );
    });
  }
  return new SteppedWriter(database, steps, random.chance(15) ? 'roll back' : 'commit', messages);
}

const incrementVersion = `
  INSERT INTO aggregates (key, version) VALUES ($1, 1)
  ON CONFLICT (key) DO UPDATE SET version = aggregates.version + 1
  RETURNING version`;

async function nextVersion(key: string, transaction: SqlTransaction): Promise<number> {
  const [row] = await transaction.query<{ version: number }>(incrementVersion, [key]);
  return row!.version;
}
