import type { ActivityCounts } from '../activity/count-activity.js';
import type { Counts } from '../replay/order-book.js';
import type { RunResult } from './run-result.js';

export interface Progress extends Counts {
  elapsedMs: number;
}

export interface Reporter {
  /** The shelves are filled, and the first order is about to be posted. */
  stocked(products: number): void;
  progress(progress: Progress): void;
  result(result: RunResult): void;
}

/** For other programs: one JSON object a line. */
export const jsonLines: Reporter = {
  stocked: (products) => print(JSON.stringify({ type: 'stocked', products })),
  progress: (progress) => print(JSON.stringify({ type: 'progress', ...progress })),
  result: (result) => print(JSON.stringify({ type: 'result', ...result })),
};

/** For people. */
export const sentences: Reporter = {
  stocked: (products) => print(`${products} products topped up`),
  progress: (progress) => print(progressLine(progress)),
  result: (result) => print(resultLines(result)),
};

const progressLine = (progress: Progress) =>
  `${(progress.elapsedMs / 1000).toFixed(0).padStart(4)} s  ${accepted(progress)} | ${settled(progress)}`;

const accepted = ({ accepted, refused, shed }: Counts) =>
  `${accepted} accepted, ${refused} refused${shed ? `, ${shed} times told to wait` : ''}`;

const settled = ({ confirmed, rejected, expired, pending }: Counts) =>
  `${confirmed} confirmed, ${rejected} rejected, ${expired} expired, ${pending} pending`;

const resultLines = (result: RunResult) =>
  [
    `run ${result.runId}: ${result.orders} orders, ${result.ordersPerSecond} a second`,
    `${result.confirmed} confirmed, ${result.rejected} rejected, ${result.expired} expired, ${result.stuck} stuck`,
    `from POST to settled: p50 ${result.p50Ms ?? '–'} ms, p99 ${result.p99Ms ?? '–'} ms`,
    ...(result.pending ? [`interrupted with ${result.pending} pending`] : []),
    ...(result.unanswered ? [`${result.unanswered} given up without an answer`] : []),
    ...(result.shed ? [`${result.shed} times told to wait (503), then sent again`] : []),
    ...(result.refused ? [`${result.refused} refused`] : []),
    ...(result.activity ? [browsed(result.activity)] : []),
  ].join('\n');

const browsed = ({ sent, counted, lost, doubled }: ActivityCounts) =>
  counted === undefined
    ? `browsing, at most once: ${sent} looks sent; the audit does not say how many it counted`
    : `browsing, at most once: ${sent} looks sent, ${counted} counted, ${lost} lost` +
      (doubled ? `; ${doubled} counted beyond what was sent` : '');

const print = (line: string) => process.stdout.write(`${line}\n`);
