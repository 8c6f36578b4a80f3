import type { SqlDatabase } from '../sql-transaction.js';
import type { Subscription } from '../subscription.js';
import { declareSubscription } from './statements/declare-subscription.js';
import { selectPaused } from './statements/select-paused.js';

interface PausedRow {
  readonly paused: boolean;
}

/** The rows of `sql/subscription-state.sql`, seen by the consumer: people write them, it looks. */
export class SubscriptionStates {
  constructor(
    private readonly subscription: Subscription,
    private readonly inboxDays: number,
    private readonly database: SqlDatabase,
  ) {}

  /** Answers whether it is paused. */
  declare(): Promise<boolean> {
    const { name, broker, addresses, replaySafe } = this.subscription;
    return this.paused(declareSubscription, [
      name,
      broker,
      addresses,
      replaySafe,
      Math.floor(this.inboxDays),
    ]);
  }

  isPaused(): Promise<boolean> {
    return this.paused(selectPaused, [this.subscription.name]);
  }

  private paused(statement: string, parameters: readonly unknown[]): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<PausedRow>(statement, parameters);
      return row?.paused ?? false;
    });
  }
}
