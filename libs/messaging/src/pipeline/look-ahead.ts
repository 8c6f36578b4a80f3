import { callsOutside } from '../handler.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Work } from './work.js';

/** Shows each handler its messages of the batch at once, so that it can read for all of them in one statement. */
export async function lookAhead(works: readonly Work[], transaction: SqlTransaction): Promise<void> {
  const byHandler = Map.groupBy(works, ({ handler }) => handler);
  for (const [handler, own] of byHandler) {
    if (callsOutside(handler)) continue;
    await handler.lookAhead?.(own.map(({ payload }) => payload) as never, transaction);
  }
}
