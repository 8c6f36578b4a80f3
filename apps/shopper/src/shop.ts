import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Browsing } from './activity/browsing.js';
import { countActivity, type Counting } from './activity/count-activity.js';
import type { AuditApi } from './audit-api/audit-api.js';
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
  audit: AuditApi;
  reporter: Reporter;
  stop: AbortSignal;
  /** How often and how long to look; the tests are less patient. */
  patience?: Pick<Watch, 'lookEveryMs' | 'stuckAfterMs'> & Pick<Counting, 'lostAfterMs'>;
}

/** One run: stock what it needs, replay its rows, watch its orders settle, report. */
export async function shop(options: Options, around: Shop): Promise<RunResult> {
  const { api, audit, reporter, stop, patience } = around;
  const purchases = () => readPurchaseLog({ ...options, path: options.log });
  reporter.stocked(await stockProducts(api, await demandOf(purchases())));

  const startMs = Date.now();
  const runId = randomUUID();
  const book = new OrderBook();
  const posting = { ended: false };
  const browsing = new Browsing(api, { runId, looks: options.activity, stop, onFirstUntaken: tellUntaken });
  const lookAround = (customerId: string) => browsing.lookAround(customerId);
  const onLook = () => reporter.progress({ ...book.counts(), elapsedMs: Date.now() - startMs });
  await Promise.all([
    replayOrders(api, book, purchases(), { ...options, runId, stop, lookAround, onRefused: tell }).then(
      () => (posting.ended = true),
    ),
    watchSettlement(api, book, { stop, posting, onLook, ...patience }),
  ]);

  const activity = options.activity > 0 && (await countActivity(audit, browsing, { stop, ...patience }));
  const result = { ...runResult(runId, book, stop.aborted), ...(activity && { activity }) };
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

const tellUntaken = (because: string) => {
  process.stderr.write(`a look was not taken and is lost: ${because}\n`);
};
