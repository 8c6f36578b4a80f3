import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { OrderApi } from './order-api/order-api.js';
import type { Options } from './options.js';
import { readPurchaseLog } from './purchase-log/read-purchase-log.js';
import { OrderBook } from './replay/order-book.js';
import { replayOrders, type Replay } from './replay/replay-orders.js';
import { watchSettlement, type Watch } from './replay/watch-settlement.js';
import type { Reporter } from './report/reporter.js';
import { runResult, type RunResult } from './report/run-result.js';
import { demandOf } from './stock/demand.js';
import { stockProducts } from './stock/stock-products.js';

export interface Shop {
  api: OrderApi;
  reporter: Reporter;
  stop: AbortSignal;
  /** How often and how long to look; the tests are less patient. */
  patience?: Pick<Watch, 'lookEveryMs' | 'stuckAfterMs'>;
}

/** One run: stock what it needs, replay its rows, watch its orders settle, report. */
export async function shop(options: Options, { api, reporter, stop, patience }: Shop): Promise<RunResult> {
  const purchases = () => readPurchaseLog({ ...options, path: options.log });
  reporter.stocked(await stockProducts(api, await demandOf(purchases())));

  const startMs = Date.now();
  const runId = randomUUID();
  const book = new OrderBook();
  const posting = { ended: false };
  const onLook = () => reporter.progress({ ...book.counts(), elapsedMs: Date.now() - startMs });
  await Promise.all([
    replayOrders(api, book, purchases(), { ...options, runId, stop, onRefused: tell }).then(
      () => (posting.ended = true),
    ),
    watchSettlement(api, book, { stop, posting, onLook, ...patience }),
  ]);

  const result = runResult(runId, book, stop.aborted);
  return options.orderIdsFile ? withOrderIds(result, book, options.orderIdsFile) : result;
}

async function withOrderIds(result: RunResult, book: OrderBook, orderIdsFile: string): Promise<RunResult> {
  await writeFile(
    orderIdsFile,
    book
      .orderIds()
      .map((orderId) => `${orderId}\n`)
      .join(''),
  );
  return { ...result, orderIdsFile };
}

const tell: Replay['onRefused'] = (row, { status, problem }) => {
  process.stderr.write(`row ${row} refused with ${status}: ${problem.slice(0, 300)}\n`);
};
